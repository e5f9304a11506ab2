/** What the page says when something is missing, new, refused, only a test, or away; and that it uses the room there is. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MockServer } from "../../dashboard/mock/server.ts";
import { needs } from "../needs.ts";
import { type BuiltPage, buildPage, focused, launch, openPage, serveMock } from "./page-harness.ts";

needs("chromium").describe("the page", () => {
  let built: BuiltPage;
  let browser: Browser;
  let mock: MockServer;
  beforeAll(async () => {
    built = await buildPage();
    browser = await launch();
    mock = await serveMock(built);
  });
  afterAll(async () => {
    await browser?.close();
    await mock?.stop();
    await built?.remove();
  });
  const NARROW = { viewport: { width: 375, height: 812 } };

  test("fills the width with one environment and with four", async () => {
    const { page, close } = await openPage(browser, mock.url);
    for (const path of ["/?tier=staging", "/?tier=production", "/"]) {
      await page.goto(path);
      await page.locator(".grid .cell").first().waitFor();
      const grid = await page.locator(".grid").boundingBox();
      expect([path, (grid?.width ?? 0) >= 1420]).toEqual([path, true]);
    }
    await close();
  });

  test("marks a test of a connection, and leads to it", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/sources");
    const send = page.getByRole("button", { name: "Send a test" }).first();
    await send.click();
    await page.getByText("Test arrived", { exact: false }).first().waitFor();
    await send.click();
    await page.getByText("Test arrived again").first().waitFor();
    await page.getByRole("link", { name: "see it" }).click();
    await page.locator(".page-head .tag", { hasText: "test" }).waitFor();
    await page.getByText("A test, so it stands in no view and no number").waitFor();
    await page.getByRole("button", { name: "Restore" }).waitFor();
    await close();
  });

  test("counts refusals in the row of their tool, and offers no list of what is not kept", async () => {
    const [first] = mock.world.sources.items;
    if (first === undefined) throw new Error("the mock has no source");
    const none = { accepted: 0, duplicate: 0, ignored: 0, unmapped: 0, rejected: 0 };
    const lastRejection = { at: new Date().toISOString(), reason: "no valid signature" };
    const of = { ...first, source: "argocd", title: "Argo CD" };
    mock.world.sources.items.push(
      { ...of, instance: "", counts: { ...none, rejected: 3 }, lastRejection },
      { ...of, instance: "tc", counts: { ...none, accepted: 8 }, lastRejection: null },
    );
    const { page, complaints, close } = await openPage(browser, mock.url);
    await page.goto("/sources");
    const row = page.getByRole("row", { name: /Argo CD/ });
    await row.getByText("no valid signature").waitFor();
    expect(await row.count()).toBe(1);
    expect(await row.locator("td.number").allInnerTexts()).toEqual(["8", "0", "0", "0", "3"]);
    expect(await row.locator("[data-label='rejected'] a").count()).toBe(0);
    await page.goto("/sources?outcome=rejected");
    await page.getByRole("heading", { name: "Deliveries: unmapped" }).waitFor();
    await close();
    expect(complaints).toEqual([]);
  });

  test("says that a name is new, and which one was meant, before it is applied", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/names");
    await page.getByRole("button", { name: "Merge services" }).click();
    await page.getByLabel("Into").fill("cart-ap");
    await page.getByRole("button", { name: "Merge into a new service" }).waitFor();
    await page.getByRole("button", { name: "cart-api", exact: true }).click();
    await page.getByRole("button", { name: "Merge", exact: true }).waitFor();
    expect(await page.getByLabel("Into").inputValue()).toBe("cart-api");
    expect(await page.getByText("new service").count()).toBe(0);
    await close();
  });

  test("shows local actions as cards on a narrow screen, each value with its name, and the link of its page", async () => {
    const { page, close } = await openPage(browser, mock.url, NARROW);
    await page.goto("/local");
    await page.getByText("make build").waitFor();
    const edges = await page
      .locator(".stacked tbody > tr > *")
      .evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().right));
    expect(edges.length).toBeGreaterThan(10);
    expect(Math.max(...edges)).toBeLessThanOrEqual(375);
    expect(await page.locator(".stacked tbody td:not([data-label])").count()).toBe(0);
    const link = await page.locator(".pages [aria-current='page']").boundingBox();
    expect((link?.x ?? 0) + (link?.width ?? 999)).toBeLessThanOrEqual(375);
    await close();
  });

  test("keeps its frame when the script of a page does not load, as after an update", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/");
    await page.route("**/assets/names-page*", (route) => route.abort());
    await page.getByRole("link", { name: "Names", exact: true }).click();
    await page.getByText("This page could not be loaded.").waitFor();
    await page.getByRole("link", { name: "Timeline", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Timeline" }).waitFor();
    await close();
  });

  test("comes by itself when the server that was away is back", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.route("**/v1/**", (route) => route.abort());
    await page.goto("/");
    await page.getByText("The vice server does not answer.").waitFor();
    await page.unroute("**/v1/**");
    await page.locator(".grid .cell").first().waitFor({ timeout: 6_000 });
    await close();
  }, 20_000);

  test("goes from the search into what it found", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/");
    await page.locator(".grid .cell").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("cart-api");
    await page.getByText(/^\d+ of 500 services$/).waitFor();
    await page.keyboard.press("Enter");
    expect(await focused(page)).toMatch(/cart-api/);
    expect(page.url()).toContain("q=cart-api");
    await close();
  });

  test("leads on from an id that is unknown", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/deployments/00000000-0000-8000-8000-00000000dead");
    await page.getByRole("heading", { level: 1, name: "No such activity" }).waitFor();
    expect(await page.getByText("vice deployments").count()).toBe(0);
    await page.getByRole("link", { name: "See what has been reported" }).click();
    await page.locator("[data-row='0']").waitFor();
    await close();
  });
});
