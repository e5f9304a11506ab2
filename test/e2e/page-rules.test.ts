/** The page of the rules, on the built server: what it stops is stopped everywhere, and who may not change it cannot. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { type Server, startServer, vice } from "../reliability/server.ts";
import { call, viceJson } from "./house-api.ts";
import { launch, type OpenPage, openPage } from "./page-harness.ts";

/** Each test goes on where the one before stopped. */
needs("chromium").describe("rules", () => {
  const home = mkdtempSync(join(tmpdir(), "vice-rules-"));
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer(home);
    browser = await launch();
    for (const [id, service, environment] of [
      ["1", "shop", "prod-eu"],
      ["2", "api", "prod-eu"],
      ["3", "shop", "staging"],
    ]) {
      const body = { id, service, environment, status: "succeeded", version: "v1" };
      expect((await call(server.url, "/hooks/generic", { method: "POST", body })).status).toBe(202);
    }
    await say("freeze add --environment staging --to 2h --reason audit");
    await say("lock api prod-eu --lease 1h --holder pipeline --reason migration");
    await say("approval ask shop prod-eu --version v2 --reason vouchers");
  });
  afterAll(async () => {
    await browser?.close();
    await server?.end("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  });

  async function say(words: string): Promise<void> {
    const { code, stderr } = await vice(home, words.split(" "));
    expect([words, code, stderr]).toEqual([words, 0, expect.any(String)]);
  }
  const canDeploy = async (...about: string[]): Promise<number | null> =>
    (await vice(home, ["can-deploy", ...about])).code;
  const open = async (options: BrowserContextOptions = {}): Promise<OpenPage> => {
    const opened = await openPage(browser, server.url, options);
    opened.page.setDefaultTimeout(8_000);
    return opened;
  };
  const banner = (page: Page) => page.getByRole("region", { name: "The line is stopped", exact: true });

  test("a cord pulled on the page stops the line, and is told on every page that is open", async () => {
    const other = await open();
    await other.page.goto("/timeline");
    await other.page.getByText("Live", { exact: true }).waitFor();
    const { page, complaints, close } = await open();
    await page.goto("/");
    await page.getByRole("row", { name: /^shop/ }).waitFor();
    expect(await banner(page).count()).toBe(0);
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.getByText("It runs: no cord is pulled.").waitFor();
    await page.getByRole("button", { name: "Pull the cord" }).click();
    await page.getByText("Nothing is deployed until somebody releases it: everything.").waitFor();
    await page.getByRole("dialog").getByLabel("Service").fill("shpo");
    await page.getByRole("dialog").getByLabel("Reason").fill("wrong prices");
    await page.getByRole("dialog").getByRole("button", { name: "Pull the cord" }).click();
    await page.getByRole("alert").getByText('Did you mean "shop"?').waitFor();
    await page.getByRole("dialog").getByLabel("Service").fill("shop");
    await page.getByRole("dialog").getByRole("button", { name: "Pull the cord" }).click();
    for (const each of [page, other.page]) {
      await banner(each).getByText("The line is stopped for shop: wrong prices · by you").waitFor();
    }
    await other.page.locator("[aria-live]", { hasText: "The line is stopped for shop" }).waitFor({
      state: "attached",
    });
    expect([await canDeploy("shop", "prod-eu"), await canDeploy("api", "staging", "--new")]).toEqual([
      23, 23,
    ]);
    await close();
    await other.close();
    // The browser notes the refused slip itself.
    expect(complaints.filter((text) => !text.includes("404"))).toEqual([]);
  }, 30_000);

  test("cells of the matrix say what holds there; a deployment says whether it may be done now", async () => {
    const { page, complaints, close } = await open();
    await page.goto("/");
    for (const name of [
      /^prod-eu: v1.*stopped: wrong prices$/,
      /^staging: v1.*stopped: wrong prices, frozen: audit$/,
      /^prod-eu: v1.*locked by pipeline: migration$/,
    ]) {
      await page.getByRole("link", { name }).waitFor();
    }
    await page.getByRole("link", { name: /locked by pipeline/ }).focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tooltip").getByText("locked by pipeline: migration").waitFor();
    await page.getByRole("link", { name: /^prod-eu: v1.*stopped/ }).click();
    await page.getByRole("heading", { name: "May this be deployed now?" }).waitFor();
    await page.getByText("Not now: shop v1 to prod-eu").waitFor();
    await page.getByText(/^vice andon release|When it is mended: vice andon release/).waitFor();
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test.each(["light", "dark"] as const)("is accessible in %s", async (colorScheme) => {
    const { page, complaints, close } = await open({ colorScheme });
    for (const path of ["/rules", "/"]) {
      await page.goto(path);
      await banner(page).waitFor();
      await page.locator(".waiting").first().waitFor({ state: "detached" });
      expect([path, await violations(page)]).toEqual([path, []]);
    }
    await page.goto("/rules");
    for (const name of ["Pull the cord", "Declare a freeze", "Override", "Free api in prod-eu"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").waitFor();
      expect([name, await violations(page)]).toEqual([name, []]);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await close();
    expect(complaints).toEqual([]);
  }, 60_000);

  test("fits 375 pixels without scrolling sideways, with a long reason too", async () => {
    await vice(home, [
      "andon",
      "pull",
      "--service",
      "api",
      "--reason",
      `see https://x.example/${"y".repeat(90)}`,
    ]);
    const { page, close } = await open({ viewport: { width: 375, height: 812 } });
    for (const path of ["/rules", "/", "/timeline"]) {
      await page.goto(path);
      await banner(page).getByText("see https").waitFor();
      await page.locator(".waiting").first().waitFor({ state: "detached" });
      expect([path, await page.evaluate(OVERFLOW)]).toEqual([path, 0]);
    }
    await close();
  }, 30_000);

  test("released with a reason, the line goes on and the banner is gone", async () => {
    const { page, complaints, close } = await open();
    await page.goto("/timeline");
    for (const about of ["api", "shop"]) {
      await banner(page)
        .getByRole("button", { name: `Release the line for ${about}` })
        .click();
      expect(await page.getByRole("dialog").getByRole("button", { name: "Release" }).isDisabled()).toBe(true);
      await page.getByRole("dialog").getByLabel("Reason").fill("mended");
      await page.getByRole("dialog").getByRole("button", { name: "Release" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await banner(page).waitFor({ state: "detached" });
    await page
      .locator("[aria-live]", { hasText: "The line goes on for shop" })
      .waitFor({ state: "attached" });
    expect(await canDeploy("shop", "prod-eu")).toBe(0);
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("a freeze is overridden and lifted, a lock is freed", async () => {
    const { page, close } = await open();
    await page.goto("/rules");
    const reasoned = async (verb: string): Promise<void> => {
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Reason").fill("it cannot wait");
      await dialog.getByRole("button", { name: verb, exact: true }).click();
      await dialog.waitFor({ state: "detached" });
    };
    expect(await canDeploy("shop", "staging")).toBe(23);
    await page.getByRole("button", { name: "Override" }).click();
    await page.getByText("Name a service, an environment, or both.").waitFor();
    await page.getByRole("dialog").getByLabel("Service").fill("shop");
    await reasoned("Override");
    await page.getByText("No freeze holds for shop: it cannot wait. It ends in").waitFor();
    expect([await canDeploy("shop", "staging"), await canDeploy("api", "staging", "--new")]).toEqual([0, 23]);
    await page.getByRole("button", { name: "Lift staging" }).click();
    await reasoned("Lift");
    await page.getByText("None was declared.").waitFor();
    await page.getByRole("button", { name: "Declare a freeze" }).click();
    await page.getByRole("dialog").getByLabel("Tier").selectOption("production");
    await reasoned("Freeze");
    await page.getByText("all production").first().waitFor();
    await page.getByRole("button", { name: "Free api in prod-eu" }).click();
    await reasoned("Free");
    await page.getByText("Nothing is locked.").waitFor();
    await close();
  }, 30_000);

  test("who asked cannot agree; another one can, and withdraw; who may only read sees no buttons", async () => {
    const asker = await open();
    await asker.page.goto("/rules");
    const agree = (page: Page) => page.getByRole("button", { name: "Agree to shop v2 to prod-eu" });
    await asker.page.getByText("You asked: somebody else agrees").waitFor();
    expect(await agree(asker.page).isDisabled()).toBe(true);
    await asker.close();

    const tokenOf = async (scopes: string): Promise<string> =>
      (await viceJson<{ token: string }>(home, "token", "create", "--name", scopes, "--scopes", scopes))
        .token;
    const [deployer, reader] = [await tokenOf("deploy"), await tokenOf("read")];
    const { page, complaints, close } = await open();
    await signIn(page, deployer);
    await agree(page).click();
    await page.getByRole("dialog").getByLabel("Note (optional)").fill("seen on staging");
    await page.getByRole("dialog").getByRole("button", { name: "Agree" }).click();
    await page.getByText("You agreed").waitFor();
    await page.getByRole("cell", { name: "seen on staging" }).waitFor();
    await page.getByRole("button", { name: /^Withdraw/ }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("a test is red");
    await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
    await page.getByText("nobody yet").waitFor();
    await close();
    expect(complaints).toEqual([]);

    const reading = await open();
    await signIn(reading.page, reader);
    await reading.page.getByText("sign in with a token that has the scope deploy").waitFor();
    await reading.page.getByRole("cell", { name: "nobody yet" }).waitFor();
    expect(await reading.page.locator("main button").count()).toBe(0);
    await reading.close();
  }, 30_000);

  async function signIn(page: Page, token: string): Promise<void> {
    await page.goto("/rules");
    await page.getByLabel("Token").fill(token);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Rules" }).waitFor();
  }
});

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

/** The page itself, the banner, and the area below the bar, which scrolls on its own. */
const OVERFLOW = `Math.max(...["html", ".stopped", "main", ".table-scroll"].map((name) => {
  const element = document.querySelector(name);
  return element === null ? 0 : element.scrollWidth - element.clientWidth;
}))`;
