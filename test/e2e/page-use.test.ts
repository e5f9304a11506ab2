/** Using the page, against the mock: by keyboard only, with large data, its forms, and the size of what is sent. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idOf } from "../../dashboard/mock/deployments.ts";
import { type MockServer, POLICY } from "../../dashboard/mock/server.ts";
import { needs } from "../needs.ts";
import { type BuiltPage, buildPage, focused, launch, openPage, serveMock } from "./page-harness.ts";

let built: BuiltPage;
beforeAll(async () => {
  built = await buildPage();
});
afterAll(() => built?.remove());

/** Bytes of gzip, from the project's budget for the first page. */
const BUDGET = 130 * 1024;

describe("the built files", () => {
  test("keep the budget for the first page, with everything that it loads at once", async () => {
    const html = await readFile(join(built.files, "index.html"), "utf8");
    const scripts = [...html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)].flatMap(([, path]) => path ?? []);
    const sizes = await Promise.all(
      scripts.map(async (path) => gzipSync(await readFile(join(built.files, path))).byteLength),
    );
    expect(scripts.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(BUDGET);
  });

  test("are split by page", async () => {
    const names = await readdir(join(built.files, "assets"));
    for (const page of [
      "timeline-page",
      "activity-page",
      "rules-page",
      "sources-page",
      "names-page",
      "login-page",
    ]) {
      expect(names.some((name) => name.startsWith(page))).toBe(true);
    }
  });
});

needs("chromium").describe("a person", () => {
  let browser: Browser;
  let mock: MockServer;
  beforeAll(async () => {
    browser = await launch();
    mock = await serveMock(built);
  });
  afterAll(async () => {
    await browser?.close();
    await mock?.stop();
  });

  test("walks through the pages with the keyboard only", async () => {
    const { page, complaints, close } = await openPage(browser, mock.url);
    await page.goto("/");
    await page
      .getByRole("link", { name: /billing-admin/ })
      .first()
      .waitFor();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to the content");
    await page.keyboard.press("j");
    expect(await focused(page)).toContain("billing-admin");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowRight");
    expect(await focused(page)).toMatch(/^dev: v/);
    await page.getByRole("tooltip").waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/deployments\//);
    await page.getByRole("heading", { level: 1, name: /billing-api/ }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForURL(/\/timeline$/);
    await page.locator("[data-row='0']").waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/deployments\//);
    await page.keyboard.press("/");
    await page.keyboard.type("cart-api");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=cart-api/);
    await page.getByText("1 of 500 services").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await close();
    expect(complaints).toEqual([]);
  });

  test("pins by key, and finds the same view in the address", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/?q=cart");
    await page.getByRole("link", { name: "cart-worker" }).focus();
    await page.keyboard.press("p");
    await page.waitForURL(/pin=cart-worker/);
    await page.reload();
    const first = page.locator("tbody [data-row]").first();
    await first.waitFor();
    expect(await first.getAttribute("data-row")).toBe("cart-worker");
    await close();
  });

  test("sees 500 services in 6 environments with few elements, to the last row", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/");
    await page.locator("tbody [data-row]").first().waitFor();
    expect(Number(await page.evaluate("document.querySelectorAll('*').length"))).toBeLessThan(3_000);
    await page.evaluate("document.querySelector('.matrix').scrollTo(0, 1e9)");
    await page
      .getByRole("link", { name: /voucher-worker/ })
      .first()
      .waitFor();
    expect(Number(await page.evaluate("document.querySelectorAll('*').length"))).toBeLessThan(3_000);
    await close();
  });

  test("scrolls far down a timeline of a million rows with few elements and few pages kept", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/timeline");
    await page.locator("[data-row='0']").waitFor();
    for (let step = 1; step <= 12; step++) {
      await page.evaluate("document.querySelector('.timeline').scrollTo(0, 1e9)");
      await page.locator(`[data-row='${step * 200}']`).waitFor();
    }
    expect(Number(await page.evaluate("document.querySelectorAll('main *').length"))).toBeLessThan(2_500);
    const ids = await page.locator("ol > [data-row] a").evaluateAll((links) => links.map(String));
    expect(new Set(ids).size).toBe(ids.length);
    await close();
  });

  test("filters a timeline whose pages come short, and clears the filters", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/timeline");
    await page.getByRole("combobox", { name: "Service" }).selectOption("tax-feed");
    await page.waitForURL(/service=tax-feed/);
    await expect.poll(() => page.locator("ol > [data-row]").count(), { timeout: 8_000 }).toBeGreaterThan(15);
    const names = await page.locator("ol > [data-row] a:not(.row-trace)").allTextContents();
    expect(new Set(names)).toEqual(new Set(["tax-feed"]));
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.waitForURL(/\/timeline$/);
    await close();
  });

  test("is kept under the strict policy", async () => {
    const response = await fetch(mock.url);
    expect(response.headers.get("content-security-policy")).toBe(POLICY);
    expect(POLICY).toContain("default-src 'self'");
    expect(POLICY).not.toContain("unsafe");
  });

  test("merges a name with one click and takes the rule back", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/names");
    await page.getByRole("button", { name: "This is shop-web" }).click();
    await page.getByRole("button", { name: "This is shop-web" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Remove the rule for service Shop Web" }).click();
    await page
      .getByRole("button", { name: "Remove the rule for service Shop Web" })
      .waitFor({ state: "detached" });
    await close();
  });

  test("sees what a deployment came of by its name, kind, status and tool, and why", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/deployments/01930000-0000-8000-8000-000000000000");
    const linked = page.getByRole("region", { name: "Linked" });
    const said = (await linked.getByRole("listitem").first().innerText()).replace(/\s+/g, " ");
    expect(said).toBe("succeeded shop v1.4.1 to staging deployment gitlab · both have commit 4bf92f35 Cut");
    await linked.getByRole("link", { name: "shop v1.4.1 to staging" }).click();
    await page.waitForURL(/\/deployments\/.*[1-9a-f]$/);
    await close();
  });

  test("cuts a link that is wrong and adds one that is missing, each with a reason", async () => {
    const { page, close } = await openPage(browser, mock.url);
    const own = "01930000-0000-8000-8000-000000000000";
    await page.goto(`/deployments/${own}`);
    const linked = page.getByRole("region", { name: "Linked" });
    await linked.getByRole("button", { name: "Cut the link to shop v1.4.1 to staging" }).first().click();
    await page.getByLabel("Reason").fill("used twice");
    const cut = page.waitForRequest(/viz\.unlink/);
    await page.getByRole("dialog").getByRole("button", { name: "Cut" }).click();
    expect((await cut).postDataJSON()).toMatchObject({ to: own, reason: "used twice" });
    await page.goto(`/deployments/${own}`);
    await linked.getByRole("button", { name: "Link another" }).click();
    await page.getByLabel("The other activity").fill(`http://vice.example/activities/${idOf(7)}?x=1`);
    await page.getByLabel("Which came first").selectOption("effect");
    await page.getByLabel("Reason").fill("by hand");
    const link = page.waitForRequest(/viz\.link/);
    await page.getByRole("dialog").getByRole("button", { name: "Link" }).click();
    expect((await link).postDataJSON()).toEqual({ from: own, to: idOf(7), reason: "by hand" });
    await close();
  });

  test("corrects a fact and says why", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto(`/deployments/${idOf(7)}`);
    await page.getByRole("button", { name: "Correct" }).click();
    await page.getByRole("textbox", { name: "Version" }).fill("v9.9.9");
    await page.getByLabel("Reason").fill("the tool sent the branch");
    const sent = page.waitForRequest(/deployments\.amend/);
    await page.getByRole("dialog").getByRole("button", { name: "Correct" }).click();
    expect((await sent).postDataJSON()).toEqual({
      id: idOf(7),
      reason: "the tool sent the branch",
      set: { version: "v9.9.9" },
    });
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await close();
  });

  test("makes a token that is shown once", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/tokens");
    await page.getByRole("button", { name: "New token" }).click();
    await page.getByLabel("Name").fill("CI");
    await page.getByRole("button", { name: "Make the token" }).click();
    await page.getByText("vice_example_only_0001").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    expect(await page.getByText("vice_example_only_0001").count()).toBe(0);
    await close();
  });
});
