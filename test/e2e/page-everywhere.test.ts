/** Every page, in light and dark, wide and narrow: nothing to complain about. Runs on the mock, or on VICE_E2E_URL. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MockServer } from "../../dashboard/mock/server.ts";
import { needs } from "../needs.ts";
import { type BuiltPage, buildPage, givenUrl, launch, openPage, serveMock } from "./page-harness.ts";

const PAGES = [
  { path: "/", heading: "What runs where" },
  { path: "/?group=team", heading: "What runs where" },
  { path: "/timeline", heading: "Timeline" },
  { path: "/timeline?all=true&status=failed", heading: "Timeline" },
  { path: "/runs", heading: "Runs" },
  { path: "/traces", heading: "Traces" },
  { path: "/map", heading: "Map" },
  { path: "/rules", heading: "Rules" },
  { path: "/sources", heading: "Sources" },
  { path: "/names", heading: "Names" },
  { path: "/local", heading: "Local actions" },
  { path: "/tokens", heading: "Tokens" },
  { path: "/login", heading: "Sign in to vice" },
  { path: "/nowhere", heading: "No such page" },
] as const;

needs("chromium").describe("every page", () => {
  let built: BuiltPage | null = null;
  let mock: MockServer | null = null;
  let browser: Browser;
  let base: string;

  beforeAll(async () => {
    if (givenUrl === null) {
      built = await buildPage();
      mock = await serveMock(built);
    }
    base = givenUrl ?? mock?.url ?? "";
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await mock?.stop();
    await built?.remove();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const { path, heading } of PAGES) {
      test(`${path} is accessible in ${colorScheme}, without a complaint in the console`, async () => {
        const opened = await openPage(browser, base, { colorScheme, viewport: { width: 1200, height: 640 } });
        await settle(opened.page, path, heading);
        const found = await violations(opened.page, colorScheme);
        await opened.close();
        expect(found).toEqual([]);
        expect(opened.complaints).toEqual([]);
      }, 60_000);
    }
  }

  test("a deployment is accessible, with its raw payload open", async () => {
    const { page, complaints, close } = await openPage(browser, base);
    for (const { path, heading } of await detailOf(base)) {
      await settle(page, path, heading);
      await page.locator("details.delivery summary").first().click();
      expect(await violations(page, "light")).toEqual([]);
    }
    await close();
    expect(complaints).toEqual([]);
  }, 60_000);

  test("fits 375 pixels without scrolling sideways", async () => {
    const { page, close } = await openPage(browser, base, { viewport: { width: 375, height: 812 } });
    const wide: string[] = [];
    for (const { path, heading } of [...PAGES, ...(await detailOf(base))]) {
      await settle(page, path, heading);
      const over = Number(await page.evaluate(OVERFLOW));
      if (over > 0) wide.push(`${path} by ${over} px`);
    }
    await close();
    expect(wide).toEqual([]);
  }, 60_000);

  test.each([1024, 1280, 1440])("shows every link of the bar at %i pixels", async (width) => {
    const { page, close } = await openPage(browser, base, { viewport: { width, height: 640 } });
    await settle(page, "/", "What runs where");
    const [room, need] = await page
      .getByRole("navigation", { name: "Pages" })
      .evaluate((nav) => [nav.clientWidth, nav.scrollWidth]);
    await close();
    expect(need).toBe(room);
  });

  test("takes the colours that the reader forces", async () => {
    const { page, complaints, close } = await openPage(browser, base, { forcedColors: "active" });
    await settle(page, "/timeline", "Timeline");
    const ink = await page.evaluate(
      "getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()",
    );
    await close();
    expect(String(ink).toLowerCase()).toBe("canvastext");
    expect(complaints).toEqual([]);
  });
});

/** Opens the page and waits until it has read what it shows. */
async function settle(page: Page, path: string, heading: string | RegExp): Promise<void> {
  await page.goto(path);
  await page.getByRole("heading", { level: 1, name: heading }).waitFor({ state: "attached" });
  await page.locator(".waiting").first().waitFor({ state: "detached" });
}

/** The structure is the same in both schemes: in the dark only the colours are looked at again. */
async function violations(page: Page, colorScheme: "light" | "dark"): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  if (colorScheme === "dark") axe.withRules(["color-contrast"]);
  const { violations: found } = await axe.analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

/** The page itself, and the area below the bar, which scrolls on its own. */
const OVERFLOW = `Math.max(...["html", "main"].map((name) => {
  const element = document.querySelector(name);
  return element === null ? 0 : element.scrollWidth - element.clientWidth;
}))`;

async function detailOf(base: string): Promise<{ path: string; heading: RegExp }[]> {
  const answer: unknown = await (await fetch(`${base}/v1/deployments?limit=1`)).json();
  const id = /"id":"([0-9a-f-]{36})"/.exec(JSON.stringify(answer))?.[1];
  return id === undefined ? [] : [{ path: `/deployments/${id}`, heading: / to | on | from / }];
}
