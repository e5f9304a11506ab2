/** The page of a trace on the built server: from the activity to its trace, by pointer and by key, in every size and colour. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Span, Trace } from "../../src/domain/trace/span.ts";
import { needs } from "../needs.ts";
import { type Server, startServer, vice } from "../reliability/server.ts";
import { idAt, largeWork, sendSpool, WORK } from "../spool-trace.ts";
import { focused, launch, type OpenPage, openPage } from "./page-harness.ts";

const HOUR = 3_600_000;

/** Each test goes on where the one before stopped. */
needs("chromium").describe("traces", () => {
  const home = mkdtempSync(join(tmpdir(), "vice-page-trace-"));
  const startMs = Date.now() - 3 * HOUR;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer(home);
    // The change was closed long before anybody told of it, and the deployment came first.
    await sendSpool(server.url, WORK.toReversed(), startMs);
    await sendSpool(server.url, largeWork(2_000), startMs - 20 * HOUR);
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.end("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  });

  const open = async (options: BrowserContextOptions = {}): Promise<OpenPage> => {
    const opened = await openPage(browser, server.url, options);
    opened.page.setDefaultTimeout(8_000);
    return opened;
  };
  const rows = (page: Page) =>
    page.getByRole("list", { name: "Activities of the trace" }).getByRole("listitem");
  const row = (page: Page, name: string | RegExp) => page.locator(".span-pick").filter({ hasText: name });
  const deployment = idAt(7);

  test("a deployment leads to its trace; each row says when it went on and what the end waited for", async () => {
    const { page, complaints, close } = await open();
    await page.goto(`/deployments/${deployment}`);
    await page.getByRole("link", { name: "See its trace" }).click();
    await page.getByRole("heading", { level: 1, name: "SHOP-12 Pay by card" }).waitFor();
    expect(await rows(page).count()).toBe(WORK.length);
    await page.getByText("of that 25 min waiting").waitFor();
    expect(await row(page, "shop v1.4.2 to prod-eu").getAttribute("aria-label")).toBe(
      "deployment shop v1.4.2 to prod-eu, succeeded, 15 min, 1 h 15 min after the start, " +
        "on the critical path: the end waited 15 min for it, it waited 15 min before it began",
    );
    expect(await row(page, "lint").getAttribute("aria-label")).toBe(
      "stage lint, failed, 1 min, 50 min after the start",
    );
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("the timeline leads to it too, by key", async () => {
    const { page, complaints, close } = await open();
    await page.goto("/timeline");
    await page.getByRole("link", { name: "Trace of shop" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/traces/${deployment}`);
    await rows(page).first().waitFor();
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("the panel tells why things belong together, and leads on", async () => {
    const { page, complaints, close } = await open();
    await page.goto(`/traces/${deployment}`);
    await row(page, "build and test").click();
    const panel = page.getByRole("complementary", { name: "About build and test" });
    await panel.getByText("commit bbbbbbbb").first().waitFor();
    await panel.getByRole("button", { name: /^deployment shop v1.4.2/ }).click();
    await page.getByRole("complementary", { name: "About shop v1.4.2 to prod-eu" }).waitFor();
    expect(page.url()).toContain(`span=${deployment}`);
    await page.reload();
    await page.getByRole("link", { name: "See it whole" }).click();
    await page.waitForURL(`**/deployments/${deployment}`);
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("the keys of Jaeger: fold, zoom, move, search; the address keeps it all", async () => {
    const { page, complaints, close } = await open();
    await page.goto(`/traces/${deployment}`);
    await rows(page).first().waitFor();
    await page.keyboard.press("]");
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.keyboard.press("o");
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.keyboard.press("[");
    await expect.poll(() => rows(page).count()).toBe(WORK.length);
    await page.getByRole("button", { name: /^build and test: \d below/ }).click();
    await expect.poll(() => rows(page).count()).toBeLessThan(WORK.length);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Shift+D");
    await page.waitForURL(/zoom=0\.2-1/);
    await page.reload();
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBeLessThan(WORK.length);
    expect(await page.getByRole("slider", { name: "Shown from" }).getAttribute("aria-valuenow")).toBe("20");
    await page.getByRole("button", { name: "Show all of the time" }).click();
    await page.keyboard.press("Control+b");
    expect(await focused(page)).toBe("Search in this trace");
    await page.keyboard.type("lint");
    await page.getByText("1 found").waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("complementary", { name: "About lint" }).waitFor();
    await page.locator(".span-found").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("1 found").waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Collapse one level").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL("**/sources");
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("drawing over the mini-map shows that part; its handles move by key", async () => {
    const { page, complaints, close } = await open();
    await page.goto(`/traces/${deployment}`);
    const box = await page.getByRole("group", { name: "The whole time of the trace" }).boundingBox();
    if (box === null) throw new Error("no mini-map");
    await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 30, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/zoom=0\.5\d*-0\.75\d*|zoom=0\.49\d*-0\.7\d*/);
    const from = page.getByRole("slider", { name: "Shown from" });
    const before = Number(await from.getAttribute("aria-valuenow"));
    await from.press("ArrowLeft");
    expect(Number(await from.getAttribute("aria-valuenow"))).toBe(before - 1);
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("statistics by step and by kind; a name leads to its rows", async () => {
    const { page, complaints, close } = await open();
    await page.goto(`/traces/${idAt(10_000)}?show=statistics`);
    await page
      .getByRole("row", { name: /^step 7 / })
      .getByRole("cell", { name: "100", exact: true })
      .waitFor();
    await page.getByLabel("By", { exact: true }).selectOption("kind");
    await page.getByRole("row", { name: /^stage 1999 / }).waitFor();
    await page.getByLabel("By", { exact: true }).selectOption("step");
    await page.getByRole("button", { name: "step 7", exact: true }).click();
    await page.getByText("100 found").waitFor();
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("of 2,000 rows only those on the screen are in the document; the last is reached", async () => {
    const { page, complaints, close } = await open();
    await page.goto(`/traces/${idAt(10_000)}`);
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBeLessThan(60);
    await page.locator(".spans").evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await row(page, "step 19").last().waitFor();
    await page.keyboard.press("w");
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("what happens in the trace while one looks appears by itself", async () => {
    const { page, complaints, close } = await open();
    await page.goto(`/traces/${deployment}`);
    await rows(page).first().waitFor();
    await sendSpool(
      server.url,
      [{ n: 8, kind: "check", name: "smoke test", from: 91, to: null, parent: 7 }],
      startMs,
    );
    await row(page, "smoke test").waitFor({ timeout: 12_000 });
    await page.getByText("so far").first().waitFor();
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test.each([
    "light",
    "dark",
  ] as const)("is accessible in %s, with panel and statistics", async (colorScheme) => {
    const { page, complaints, close } = await open({ colorScheme });
    for (const query of [`?span=${deployment}&q=shop&zoom=0.1-0.9`, "?show=statistics"]) {
      await page.goto(`/traces/${deployment}${query}`);
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      expect([query, await violations(page)]).toEqual([query, []]);
    }
    await close();
    expect(complaints).toEqual([]);
  }, 60_000);

  test("fits 375 pixels, and an id that names nothing says so", async () => {
    const { page, close } = await open({ viewport: { width: 375, height: 812 } });
    for (const query of ["", `?span=${deployment}`, "?show=statistics"]) {
      await page.goto(`/traces/${deployment}${query}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.locator(".span-row, .trace-statistics").first().waitFor();
      expect([query, await page.evaluate(OVERFLOW)]).toEqual([query, 0]);
    }
    await page.goto("/traces/4bf92f3577b34da6a3ce929d0e0e4736");
    await page.getByRole("heading", { name: "No such trace" }).waitFor();
    await close();
  }, 30_000);

  test("the terminal says the same", async () => {
    const { stdout, code } = await vice(home, ["trace", deployment]);
    expect(code).toBe(0);
    expect(stdout).toContain("* ticket SHOP-12 Pay by card");
    expect(stdout).toMatch(/Waiting took 25 min of [^:]+: 15 min before deployment shop v1.4.2 to prod-eu/);
    const json = await vice(home, ["trace", "SHOP-12", "--json"]);
    const { criticalPath } = JSON.parse(json.stdout) as { criticalPath: string[] };
    expect(criticalPath.slice(0, 3)).toEqual([idAt(1), idAt(2), idAt(3)].slice(0, 3));
  }, 30_000);
});

needs(
  "chromium",
).test("a pipeline with three stages, told by a shell: one root and its children in the terminal and on the page of a fresh install", async () => {
  const home = mkdtempSync(join(tmpdir(), "vice-page-three-"));
  const server = await startServer(home);
  const browser = await launch();
  try {
    const event = async (...words: string[]): Promise<string> =>
      (await vice(home, ["event", ...words])).stdout.trim();
    const id = await event("--type", "pipeline", "--tag", "name=release", "start");
    for (const stage of ["Build", "Push", "Deploy"]) {
      const part = await event("--type", "stage", "--tag", `name=${stage}`, "start", "--parent", id);
      await event("end", "--event-id", part);
    }
    await event("end", "--event-id", id);
    const drawn = await vice(home, ["trace", id]);
    expect(drawn.stderr).toBe("");
    expect(drawn.stdout).toMatch(
      /pipeline release[\s\S]*├ stage Build[\s\S]*├ stage Push[\s\S]*└ stage Deploy/,
    );
    const { spans } = JSON.parse((await vice(home, ["trace", id, "--json"])).stdout) as Trace;
    const took = ({ startedAt, finishedAt }: Span): number =>
      Date.parse(finishedAt ?? "") - Date.parse(startedAt ?? "");
    const [root, ...stages] = spans;
    expect(stages.map(({ parentId, name }) => [parentId, name])).toEqual([
      [id, "Build"],
      [id, "Push"],
      [id, "Deploy"],
    ]);
    expect(stages.reduce((sum, each) => sum + took(each), 0)).toBeLessThanOrEqual(
      root === undefined ? 0 : took(root),
    );
    const { page, complaints, close } = await openPage(browser, server.url);
    await page.goto(`/traces/${id}`);
    await page.getByRole("heading", { level: 1, name: "release" }).waitFor();
    for (const stage of ["Build", "Push", "Deploy"])
      await page
        .getByRole("button", { name: new RegExp(`^stage ${stage}, succeeded, .*on the critical path`) })
        .waitFor();
    await close();
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
    await server.end("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  }
}, 60_000);

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

/** The page itself and the areas that scroll on their own. */
const OVERFLOW = `Math.max(...["html", "main", ".spans", ".span-panel"].map((name) => {
  const element = document.querySelector(name);
  return element === null ? 0 : element.scrollWidth - element.clientWidth;
}))`;
