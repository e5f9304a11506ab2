/** What happens while the page is open, against the mock: live changes, a lost connection, the first minutes, signing in. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build } from "../../dashboard/mock/deployments.ts";
import type { MockServer } from "../../dashboard/mock/server.ts";
import { needs } from "../needs.ts";
import { type BuiltPage, buildPage, launch, openPage, serveMock } from "./page-harness.ts";

let built: BuiltPage;
beforeAll(async () => {
  built = await buildPage();
});
afterAll(() => built?.remove());

/** Notes, in the page and at every frame, the fewest rows seen and at how many heights the list began. */
const COUNT_ROWS = `
  globalThis.rowsSeen = { fewest: Infinity, tops: 0 };
  const tops = new Set();
  const look = () => {
    rowsSeen.fewest = Math.min(rowsSeen.fewest, document.querySelectorAll(".timeline [data-row]").length);
    tops.add(document.querySelector(".timeline").getBoundingClientRect().top);
    rowsSeen.tops = tops.size;
    requestAnimationFrame(look);
  };
  look();
`;

needs("chromium").describe("live", () => {
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
  const arrival = (n: number, version: string) => ({
    ...build(5_000_000 + n, {
      service: 0,
      environment: 4,
      atMs: Date.now(),
      status: "succeeded" as const,
      release: 1,
    }),
    version,
  });

  test("a deployment shows in the matrix within a second, without a reload", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/?q=cart-api");
    await page.getByText("Live", { exact: true }).waitFor();
    mock.arrive(arrival(1, "v77.0.0"));
    await page.getByText("v77.0.0").waitFor({ timeout: 1_000 });
    await close();
  });

  test("and at the top of the timeline; further down it only says that there is more", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/timeline");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.locator("[data-row='0']").waitFor();
    mock.arrive(arrival(2, "v78.0.0"));
    await page.getByText("v78.0.0").waitFor({ timeout: 1_000 });
    await page.evaluate("document.querySelector('.timeline').scrollTo(0, 2000)");
    await page.locator("[data-row='60']").waitFor();
    mock.arrive(arrival(3, "v79.0.0"));
    await page.getByRole("button", { name: /1 new deployment/ }).click();
    await page.getByText("v79.0.0").waitFor();
    await close();
  });

  test.each([
    "/timeline",
    "/timeline?service=cart-api",
  ])("rows stay while a dozen newer ones are read on %s", async (path) => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto(path);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.locator("[data-row='0']").waitFor();
    await page.route("**/v1/deployments?*limit=200*", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 250));
      await route.continue();
    });
    await page.evaluate(COUNT_ROWS);
    const fewest = await page.evaluate("rowsSeen.fewest");
    const versions = Array.from({ length: 12 }, (_, n) => `${path.length}.0.${n + 1}`);
    for (const [n, version] of versions.entries()) {
      mock.arrive(arrival(100 * path.length + n, version));
      // Some come one by one, some together.
      if (n % 3 === 0) await page.getByText(version, { exact: true }).waitFor();
    }
    await page.getByText(versions.at(-1) ?? "", { exact: true }).waitFor();
    expect(fewest).toBeGreaterThan(10);
    const seen = (await page.evaluate("rowsSeen")) as { fewest: number; tops: number };
    // How many rows a window holds may differ by one or two, and the filters above may still have settled once.
    expect(seen.fewest).toBeGreaterThanOrEqual(Number(fewest) - 2);
    expect(seen.tops).toBeLessThanOrEqual(2);
    await close();
  });

  test("and stay when reading newer ones fails, which is said", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/timeline");
    await page.getByText("Live", { exact: true }).waitFor();
    await page.locator("[data-row='0']").waitFor();
    await page.route("**/v1/deployments?*limit=200*", (route) => route.fulfill({ status: 500, body: "{}" }));
    mock.arrive(arrival(900, "v90.0.0"));
    await page.getByRole("button", { name: "Try again" }).waitFor();
    expect(await page.locator(".timeline [data-row]").count()).toBeGreaterThan(10);
    await page.unroute("**/v1/deployments?*limit=200*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("v90.0.0").waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    await close();
  });

  test("a lost connection is said quietly, and comes back with what was missed", async () => {
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/?q=cart-api");
    await page.getByText("Live", { exact: true }).waitFor();
    mock.dropStreams();
    await page.getByText("Reconnecting", { exact: true }).waitFor();
    mock.arrive(arrival(4, "v80.0.0"));
    await page.getByText("Live", { exact: true }).waitFor();
    await page.getByText("v80.0.0").waitFor();
    await close();
  });
});

needs("chromium").describe("the first minutes", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  test("an empty server leads to a connected tool", async () => {
    const mock = await serveMock(built, { empty: true });
    const { page, complaints, close } = await openPage(browser, mock.url);
    await page.goto("/");
    await page.getByRole("link", { name: "GitLab" }).click();
    await page.getByRole("button", { name: "Make URL and secret" }).click();
    await page.getByText("/hooks/gitlab").waitFor();
    await page.getByText("Waiting for the first delivery").waitFor();
    mock.world.sources.items.push({
      source: "gitlab",
      instance: "default",
      title: "GitLab",
      lastDeliveryAt: new Date().toISOString(),
      lastOutcome: "accepted",
      counts: { accepted: 1, duplicate: 0, ignored: 0, unmapped: 0, rejected: 0 },
      secretSet: true,
      unverified: 0,
      lastRejection: null,
      services: ["group/app"],
      backfill: null,
    });
    mock.arrive({
      ...build(6_000_000, { service: 0, environment: 0, atMs: Date.now(), status: "succeeded", release: 1 }),
    });
    await page.getByText("A delivery arrived").waitFor({ timeout: 2_000 });
    await page.getByLabel("Its service").fill("app");
    await page.getByRole("button", { name: "Use this name" }).click();
    await page.getByText("It speaks of app.").waitFor();
    await close();
    await mock.stop();
    expect(complaints).toEqual([]);
  });

  test("without a session the page asks for a token, and then shows what was asked for", async () => {
    const mock = await serveMock(built, { mode: "none" });
    const { page, close } = await openPage(browser, mock.url);
    await page.goto("/names");
    await page.getByLabel("Token").fill("vice_example");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Names" }).waitFor();
    await close();
    await mock.stop();
  });
});
