/** The list of pieces of work: filters, a frame drawn around dots, and what is different about them; on the built server, in a real browser. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { type Server, startServer } from "../reliability/server.ts";
import { launch, type OpenPage, openPage } from "./page-harness.ts";

const MINUTE = 60_000;
const MANY = 40;

needs("chromium").describe("traces on the page", () => {
  const folder = mkdtempSync(join(tmpdir(), "vice-page-traces-"));
  const home = join(folder, "home");
  let server: Server;
  let browser: Browser;

  /** One in five failed, took an hour instead of two minutes, and went to prod-us. */
  async function deployed(n: number): Promise<void> {
    const isOdd = n % 5 === 0;
    const finished = Date.now() - (MANY - n) * 60 * MINUTE;
    const body = {
      ...{ id: `d${n}`, name: "shop", displayTitle: `release ${n}`, result: isOdd ? "FAILURE" : "SUCCESS" },
      environment: isOdd ? "prod-us" : "prod-eu",
      startedDate: new Date(finished - (isOdd ? 60 : 2) * MINUTE).toISOString(),
      finishedDate: new Date(finished).toISOString(),
      deploymentCommits: [
        {
          repoUrl: "https://github.com/example/shop",
          commitSha: n.toString(16).padStart(4, "0").repeat(10),
          refName: `v1.${n}`,
        },
      ],
    };
    const answer = await fetch(`${server.url}/hooks/devlake`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(202);
  }

  beforeAll(async () => {
    mkdirSync(home);
    server = await startServer(home);
    for (let n = 0; n < MANY; n += 1) await deployed(n);
    browser = await launch();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await server?.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  async function shown(path: string, body: (opened: OpenPage) => Promise<void>, options = {}): Promise<void> {
    const opened = await openPage(browser, server.url, options);
    try {
      await opened.page.goto(path);
      await body(opened);
      expect(opened.complaints).toEqual([]);
    } finally {
      await opened.close();
    }
  }
  const rows = ({ page }: OpenPage): Promise<number> => page.locator(".work-list li").count();

  test("each piece of work is a row; the keyboard goes to the page, over the rows, and opens a trace", () =>
    shown("/", async ({ page }) => {
      await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Traces" }).waitFor();
      await page.keyboard.press("g");
      await page.keyboard.press("x");
      await page.getByText("40 pieces of work, in 8 something failed").waitFor();
      await page.getByRole("list", { name: "Pieces of work" }).getByRole("link").first().waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
      await page.getByText("shop v1.39 to prod-eu").first().waitFor();
    }));

  test("filters stand in the address, and what fits nothing says so", () =>
    shown("/traces?status=failed", async (opened) => {
      const { page } = opened;
      await page.getByText("8 pieces of work, in 8 something failed").waitFor();
      expect(await rows(opened)).toBe(8);
      await page.getByLabel("Environment", { exact: true }).selectOption("prod-eu");
      await page.getByText("No piece of work fits these filters.").waitFor();
      expect(page.url()).toContain("environment=prod-eu");
      await page.getByRole("button", { name: "Clear filters" }).last().click();
      await page.getByText("40 pieces of work").first().waitFor();
      await page.getByLabel("Took longer than").selectOption("10m");
      await page.getByText("8 pieces of work").first().waitFor();
    }));

  test("a frame drawn around the long ones chooses them, and what is different about them is told in words", () =>
    shown("/traces", async (opened) => {
      const { page } = opened;
      const box = await page.locator(".scatter-area").boundingBox();
      if (box === null) throw new Error("no chart");
      await page.mouse.move(box.x + 2, box.y + 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2, box.y + 40, { steps: 4 });
      await page.mouse.move(box.x + box.width - 2, box.y + box.height * 0.4, { steps: 4 });
      await page.mouse.up();
      await page.getByText("8 of 40 chosen.").waitFor();
      expect(await rows(opened)).toBe(8);
      const panel = page.getByRole("region", { name: "What is different about these?" });
      await panel.getByText("8 of these against 32 others of 30 days.").waitFor();
      const first = panel.getByRole("list").getByRole("listitem").first();
      expect((await first.innerText()).replace(/\s+/g, " ")).toBe(
        "environment prod-us clear all 8 of these none of the rest",
      );
      await panel.getByRole("button", { name: "In which something failed" }).click();
      await panel.getByText(/environment=prod-us stands out: 100 % of those that failed/).waitFor();
      await page.getByRole("button", { name: "Show all" }).click();
      await page.getByText("Draw a frame around some of them").waitFor();
      expect(page.url()).not.toContain("chosen=");
    }));

  test.each([
    ["light", 1440],
    ["dark", 375],
  ] as const)("it is readable for everybody: %s, %i px", (colorScheme, width) =>
    shown(
      "/traces?ask=failed",
      async ({ page }) => {
        await page.getByText(/stands out/).waitFor();
        await page.locator(".work-list li").first().waitFor();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
        const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        expect(overflow).toBeLessThanOrEqual(0);
      },
      { colorScheme, viewport: { width, height: 900 } },
    ));

  test("what cannot be read stands where the list would be, with a next step", () =>
    shown("/traces", async ({ page, complaints }) => {
      await page.getByText("40 pieces of work").first().waitFor();
      await page.route("**/v1/traces?*", (route) =>
        route.fulfill({
          status: 503,
          contentType: "application/json",
          body: JSON.stringify({
            error: { code: "store.unavailable", message: "The store is full.", hint: "Make room." },
          }),
        }),
      );
      await page.goto("/traces?service=shop");
      await page.getByText("The store is full.").waitFor({ timeout: 20_000 });
      await page.getByText("Make room.").waitFor();
      complaints.splice(0); // the browser tells of the 503 itself
    }));
});
