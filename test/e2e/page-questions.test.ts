/** Asking on the page, on the built server with real data: queries, the past, and what differs. */
import { readFile } from "node:fs/promises";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allCommands } from "../../src/app/commands.ts";
import { deployment, T0 } from "../data-services.ts";
import { startDoor, type TestDoor } from "../http-door.ts";
import { needs } from "../needs.ts";
import { type BuiltPage, buildPage, launch, openPage } from "./page-harness.ts";

const DAY = 86_400_000;
const NOW = T0 + 30 * DAY;

needs("chromium").describe("asking on the page", () => {
  let built: BuiltPage;
  let door: TestDoor;
  let browser: Browser;
  beforeAll(async () => {
    built = await buildPage();
    door = await startDoor({ commands: allCommands, door: { dashboardDir: built.files, now: () => NOW } });
    const came = (id: string, version: string, environment: string, day: number) =>
      door.services.log.append(deployment(id, { version, environment }, "succeeded", T0 + day * DAY));
    await came("1", "v1", "prod-eu", 0);
    await came("2", "v2", "prod-eu", 25);
    await came("3", "v2", "staging", 20);
    await came("4", "v3", "staging", 26);
    browser = await launch();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await door?.close();
    await built?.remove();
  });

  test("SQL is run, its mistake is gone to, its rows are downloaded, and it is saved by a name", async () => {
    const { page, complaints, close } = await openPage(browser, door.url);
    await page.goto("/");
    await page.getByText("v3").first().waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.waitForURL(/\/query$/);
    const editor = page.getByLabel("SQL");
    await editor.fill("SELECT version\nFORM deployments");
    await page.keyboard.press("Control+Enter");
    await page.getByText(/SQLite does not expect "deployments", in line 2, column 6/).waitFor();
    await page.getByRole("button", { name: "Go to line 2" }).click();
    const selected = await page.evaluate(
      "getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)",
    );
    expect(selected).toBe("deployments");
    await editor.fill(
      "SELECT version, count(*) AS n FROM deployments WHERE environment = :e GROUP BY 1 ORDER BY 1",
    );
    await page.getByLabel(":e").fill("prod-eu");
    await page.getByRole("button", { name: "Run" }).click();
    await page.getByText(/^2 rows in/).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download CSV" }).click(),
    ]);
    expect(await readFile(await file.path(), "utf8")).toBe("version,n\r\nv1,1\r\nv2,1\r\n");
    await page.getByRole("button", { name: "Save this query" }).click();
    await page.getByLabel("Name").fill("of-environment");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.waitForURL(/\?q=of-environment$/);
    expect(door.services.store.standing.list("query").map(({ key }) => key)).toEqual(["of-environment"]);
    await page.getByRole("button", { name: "sources", exact: true }).click();
    await page.getByRole("button", { name: "Explain" }).click();
    await page.getByText(/Looks up activities by the index activity_time/).waitFor();
    expect(complaints.filter((each) => !each.includes("400"))).toEqual([]);
    await close();
  }, 60_000);

  test("the matrix as it was, in the address, and back", async () => {
    const { page, close } = await openPage(browser, door.url);
    await page.goto("/");
    await page.getByText("v3").first().waitFor();
    await page.getByLabel("As of").fill("2 weeks ago");
    await page.keyboard.press("Enter");
    await page.waitForURL(/at=2\+weeks\+ago/);
    await page.getByText(/As it was/).waitFor();
    await page.getByText("v1").first().waitFor();
    expect(await page.getByText("v3").count()).toBe(0);
    await page.getByRole("button", { name: "Back to now" }).click();
    await page.getByText("v3").first().waitFor();
    await page.goto("/?at=soon");
    await page.getByText(/"soon" is no moment/).waitFor();
    await close();
  }, 60_000);

  test("two environments and two moments are compared", async () => {
    const { page, close } = await openPage(browser, door.url);
    await page.goto("/compare?from=prod-eu&to=staging");
    await page.getByText("1 deployment", { exact: true }).waitFor();
    await page.goto("/compare?from=prod-eu&fromAt=2+weeks+ago&to=prod-eu");
    const row = page.locator("[data-row='shop']");
    await row.waitFor();
    expect(await row.innerText()).toMatch(/v1[\s\S]*v2[\s\S]*1 deployment/);
    await close();
  }, 60_000);

  test.each([
    ["light", 1440],
    ["dark", 375],
  ] as const)(
    "%s at %i pixels: no fault of access, nothing scrolls sideways",
    async (colorScheme, width) => {
      const { page, close } = await openPage(browser, door.url, {
        colorScheme,
        viewport: { width, height: 800 },
      });
      for (const path of ["/query?q=sources", "/compare?from=prod-eu&to=staging", "/?at=1+week+ago"]) {
        await page.goto(path);
        if (path.startsWith("/query")) {
          await page.getByRole("button", { name: "Run" }).click();
          await page.getByText(/rows? in/).waitFor();
        } else await page.getByText(/v2/).first().waitFor();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(
          await page.evaluate("document.documentElement.scrollWidth - innerWidth"),
          path,
        ).toBeLessThanOrEqual(0);
        if (process.env["VICE_SHOTS"])
          await page.screenshot({
            path: `${process.env["VICE_SHOTS"]}/${colorScheme}-${path.replace(/\W+/g, "_")}.png`,
            fullPage: true,
          });
      }
      await close();
    },
    60_000,
  );
});
