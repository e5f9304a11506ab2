/** What a deployment brought, where something is, and what changed around a moment: on the built server, in a real browser. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { type Server, startServer, vice } from "../reliability/server.ts";
import { launch, type OpenPage, openPage } from "./page-harness.ts";

needs("chromium", "git").describe("commits on the page", () => {
  const folder = mkdtempSync(join(tmpdir(), "vice-page-work-"));
  const [home, clone] = [join(folder, "home"), join(folder, "clone")];
  const shas: string[] = [];
  let server: Server;
  let browser: Browser;
  let deployment = "";

  const git = (...args: string[]): string =>
    execFileSync(
      "git",
      ["-C", clone, "-c", "user.name=Kim Lee", "-c", "user.email=kim@example.com", ...args],
      {
        encoding: "utf8",
      },
    ).trim();

  async function deployed(at: number, environment: string, minutes: number): Promise<string> {
    const finishedDate = new Date(Date.now() - minutes * 60_000).toISOString();
    const commit = { repoUrl: "https://github.com/example/shop", commitSha: shas[at], refName: `v1.${at}` };
    const body = {
      id: `${environment}-${minutes}`,
      name: "shop",
      result: "SUCCESS",
      environment,
      startedDate: finishedDate,
      finishedDate,
    };
    const answer = await fetch(`${server.url}/hooks/devlake`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, deploymentCommits: [commit] }),
    });
    const { activities } = (await answer.json()) as { activities: string[] };
    return activities[0] ?? "";
  }

  beforeAll(async () => {
    for (const each of [home, clone]) mkdirSync(each);
    git("init", "-q");
    git("remote", "add", "origin", "git@github.com:example/shop.git");
    for (const message of ["First", "SHOP-12 Pay by card (#15)", "Find faster (#16)"]) {
      git("commit", "-q", "--allow-empty", "-m", message);
      shas.push(git("rev-parse", "HEAD"));
    }
    server = await startServer(home);
    await deployed(0, "prod-eu", 120);
    await deployed(0, "prod-us", 110);
    deployment = await deployed(2, "prod-eu", 60);
    await vice(home, ["data", "import", "git", clone]);
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.end("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (options = {}): Promise<OpenPage> => {
    const opened = await openPage(browser, server.url, options);
    opened.page.setDefaultTimeout(8_000);
    return opened;
  };

  test("a deployment shows what it brought, and leads to where each of it is and what else changed", async () => {
    const { page, complaints, close } = await open();
    await page.goto(`/deployments/${deployment}`);
    const brought = page.getByRole("region", { name: "What it brought" });
    await brought.getByText("2 commits since v1.0, by Kim Lee.").waitFor();
    expect(await brought.getByRole("list", { name: "Commits" }).getByRole("listitem").count()).toBe(2);
    await brought.getByRole("link", { name: "Where is SHOP-12?" }).click();
    await page.getByRole("heading", { level: 1, name: "Where is SHOP-12?" }).waitFor();
    expect(await page.getByRole("row").filter({ hasText: "prod-eu" }).innerText()).toContain("✓ yes");
    expect(await page.getByRole("row").filter({ hasText: "prod-us" }).innerText()).toContain("○ not yet");
    await page.goBack();
    await page.getByRole("link", { name: "What changed around it" }).click();
    await page.getByRole("row").filter({ hasText: "2 commits" }).first().waitFor();
    await close();
    expect(complaints).toEqual([]);
  }, 40_000);

  test("the page of a deployment names the metric that moved with it", async () => {
    const now = Date.now();
    const points = Array.from({ length: 115 }, (_, at) => {
      const minutes = 115 - at;
      return [now - minutes * 60_000, (minutes > 60 ? 100 : 50) + ((at * 7919) % 13)];
    });
    const series = [{ name: "orders_per_minute", labels: { service: "shop" }, points }];
    await fetch(`${server.url}/v1/series`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ points: series }),
    });
    const { page, complaints, close } = await open();
    await page.goto(`/deployments/${deployment}`);
    const moved = page.getByRole("region", { name: "What moved with it" });
    expect(await moved.getByRole("listitem").innerText()).toMatch(
      /orders_per_minute\{service="shop"\} −4\d %/,
    );
    await moved.getByRole("link", { name: "See all of them" }).click();
    await page.getByRole("heading", { level: 1, name: /^1 of 1 metric moved with shop/ }).waitFor();
    await page.getByRole("row").filter({ hasText: "← moved" }).waitFor();
    await close();
    expect(complaints).toEqual([]);
  }, 40_000);

  test("the search leads there by #16 and by a sha; nothing to complain about, also on a phone", async () => {
    const { page, close } = await open();
    await page.goto("/");
    for (const [what, name] of [
      ["#16", "Where is #16?"],
      [shas[1]?.slice(0, 10) ?? "", `Where is ${shas[1]?.slice(0, 8)}?`],
    ] as const) {
      await page
        .getByRole("searchbox", { name: /Search/ })
        .first()
        .fill(what);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name }).waitFor();
    }
    await close();
    for (const colorScheme of ["light", "dark"] as const) {
      const narrow = await open({ viewport: { width: 375, height: 700 }, colorScheme });
      for (const path of [`/where/${shas[1]}`, "/where", "/changed", `/deployments/${deployment}`]) {
        await narrow.page.goto(path);
        await narrow.page.getByRole("heading", { level: 1 }).waitFor();
        await narrow.page.waitForTimeout(400);
        const wide = await narrow.page.evaluate("document.documentElement.scrollWidth");
        expect(wide, path).toBeLessThanOrEqual(375);
        const { violations } = await new AxeBuilder({ page: narrow.page }).analyze();
        expect(
          violations.map(({ id }) => id),
          path,
        ).toEqual([]);
      }
      await narrow.close();
    }
  }, 60_000);
});
