/** A dashboard is written in the page and reported in the terminal: on the built server, in a real browser. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { type Server, startServer, vice } from "../reliability/server.ts";
import { launch, type OpenPage, openPage } from "./page-harness.ts";

const TEXT = `title: The shop
since: 7d
services: [shop]
panels:
  - { title: Deployments, kind: number, metric: deployments }
  - { title: By day, kind: bar, metric: deployments }
  - { title: How long, kind: line, metric: duration.p50 }
  - { title: What runs, kind: table, query: "SELECT environment, running_version FROM services" }
`;

needs("chromium").describe("dashboards on the page", () => {
  const home = mkdtempSync(join(tmpdir(), "vice-page-dashboards-"));
  let server: Server;
  let browser: Browser;
  const open: OpenPage[] = [];

  async function pageAt(path: string, options: Parameters<typeof openPage>[2] = {}): Promise<OpenPage> {
    const opened = await openPage(browser, server.url, options);
    open.push(opened);
    await opened.page.goto(path);
    return opened;
  }

  beforeAll(async () => {
    server = await startServer(home);
    for (const [id, hours] of [
      ["1", 30],
      ["2", 3],
    ] as const) {
      const ends = Date.now() - hours * 3_600_000;
      const [startedAt, finishedAt] = [ends - 120_000, ends].map((ms) => new Date(ms).toISOString());
      const body = {
        id,
        service: "shop",
        environment: "prod-eu",
        status: "succeeded",
        version: `v${id}`,
        startedAt,
        finishedAt,
      };
      await fetch(`${server.url}/hooks/generic`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    }
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    for (const each of open) await each.close();
    await browser?.close();
    await server?.end("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  });

  test("is drawn while it is written, a mistake names its line, and the terminal reports what was saved", async () => {
    const { page, complaints } = await pageAt("/dashboards");
    await page.getByRole("link", { name: "New dashboard" }).click();
    await page.getByLabel("Name").fill("the-shop");
    const yaml = page.getByLabel("YAML");
    await yaml.fill(TEXT.replace("panels:", "panel:"));
    await page
      .getByText(/did you mean "panels"/i)
      .first()
      .waitFor({ timeout: 20_000 });
    await yaml.fill(TEXT);
    await page.getByRole("img", { name: "By day" }).waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "The shop", level: 1 }).waitFor({ timeout: 20_000 });
    await page.getByRole("img", { name: "How long" }).waitFor();
    expect(await page.locator(".figure strong").first().textContent()).toBe("2");
    expect(await page.locator("circle").count()).toBeGreaterThanOrEqual(2);
    // The refused draft was told to the console by the browser itself.
    expect(complaints.filter((each) => !each.includes("400"))).toEqual([]);
    const { stdout } = await vice(home, ["report", "the-shop"]);
    expect(stdout).toContain("The shop");
    expect(stdout).toMatch(/Deployments\s+2\n/);
  }, 90_000);

  test("a new one says why it cannot be saved yet; a refused name is not blamed while it is mended", async () => {
    const { page } = await pageAt("/dashboards/new/edit");
    await page.getByText("Give it a name, and it can be saved.").waitFor({ timeout: 20_000 });
    await page.getByLabel("Name").fill("drift");
    await page.getByRole("button", { name: "Save" }).click();
    const refused = page.getByText('"drift" cannot be the name of a dashboard.');
    await refused.waitFor({ timeout: 20_000 });
    await page.getByLabel("Name").fill("drifting");
    expect(await refused.count()).toBe(0);
  }, 60_000);

  test("DORA is among the built-in ones, of one service, and each number leads to its deployments", async () => {
    const { page, complaints } = await pageAt("/dashboards");
    await page.getByRole("link", { name: "dora", exact: true }).click();
    await page.getByLabel("Service", { exact: true }).selectOption("shop");
    await page.waitForURL("**/dashboards/dora?service=shop");
    await page.getByRole("heading", { level: 1, name: /^shop: deployed/ }).waitFor({ timeout: 20_000 });
    await page.getByRole("columnheader", { name: "9 of 10 in" }).waitFor();
    const frequency = page.getByRole("row", { name: /^deployment frequency/ });
    await frequency.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: "DORA: deployment frequency" }).waitFor();
    await page.getByRole("link", { name: "v2", exact: true }).click();
    await page.waitForURL("**/deployments/*");
    expect(complaints).toEqual([]);
  }, 60_000);

  test("the report of a service asks which one before it asks the server, and stands in the address then", async () => {
    const { page, complaints } = await pageAt("/dashboards");
    await page.getByText("asks for a service").waitFor();
    await page.getByRole("link", { name: "service", exact: true }).click();
    await page.getByText("Choose above which service it is to be about.").waitFor();
    await page.getByLabel("Service", { exact: true }).selectOption("shop");
    await page.waitForURL("**/dashboards/service?subject=shop");
    await page.getByRole("heading", { level: 1, name: /shop/ }).waitFor({ timeout: 20_000 });
    expect(complaints).toEqual([]);
  }, 60_000);

  test("on a phone a table with sentences is a list of cards: its notes are read, and no row is high and empty", async () => {
    const { page } = await pageAt("/dashboards/dora?service=shop", { viewport: { width: 375, height: 800 } });
    const note = page.getByText(/^nobody watches it: no incident/).first();
    await note.waitFor({ timeout: 20_000 });
    const box = await note.boundingBox();
    expect((box?.x ?? 999) + (box?.width ?? 999)).toBeLessThanOrEqual(375);
    const lead = await page
      .getByRole("row", { name: /^deployment frequency/ })
      .first()
      .boundingBox();
    expect(lead?.height ?? 999).toBeLessThan(170);
  }, 60_000);

  test.each([
    "light",
    "dark",
  ] as const)("reads without barriers in %s, and nothing moves sideways at 375 px", async (colorScheme) => {
    for (const path of ["/dashboards", "/dashboards/overview?since=7d", "/dashboards/the-shop/edit"]) {
      const { page } = await pageAt(path, { colorScheme, viewport: { width: 375, height: 800 } });
      await page
        .locator(path === "/dashboards" ? ".dashboard-list a" : ".picture-place svg")
        .first()
        .waitFor({ timeout: 20_000 });
      const wide = await page.evaluate("document.documentElement.scrollWidth");
      expect(wide, path).toBeLessThanOrEqual(375);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
  }, 120_000);
});
