/** The pages of runs on the built server: a run is watched, asked, paused and stopped; its log grows; it is found from its activity. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { needs } from "../needs.ts";
import { type Server, startServer, vice } from "../reliability/server.ts";
import { viceJson } from "./house-api.ts";
import { launch, type OpenPage, openPage } from "./page-harness.ts";

/** Each test goes on where the one before stopped. */
needs("chromium").describe("runs", () => {
  const home = mkdtempSync(join(tmpdir(), "vice-page-runs-"));
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServer(home);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.end("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  });

  /** Begins a run on the server and does not wait for it. @returns its id */
  async function begin(name: string, steps: object): Promise<string> {
    const file = join(home, `${name}.yaml`);
    writeFileSync(file, JSON.stringify({ name, steps }));
    return (await viceJson<{ run: { id: string } }>(home, "auto", "run", file, "--detach")).run.id;
  }
  const sh = (command: string) => ({ run: { command, shell: true } });
  /** Writes a line each 50 ms until the file is there. */
  const talking = (file: string) =>
    sh(`n=0; while [ ! -e ${join(home, file)} ]; do n=$((n+1)); echo "line $n"; sleep 0.05; done; echo done`);
  const open = async (options: BrowserContextOptions = {}): Promise<OpenPage> => {
    const opened = await openPage(browser, server.url, options);
    opened.page.setDefaultTimeout(8_000);
    return opened;
  };
  const node = (page: Page, name: string | RegExp) =>
    page.getByRole("region", { name: "Graph of the steps" }).getByRole("link", { name });
  const answer = async (page: Page, label: string, text: string, verb: string): Promise<void> => {
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(label).fill(text);
    await dialog.getByRole("button", { name: verb, exact: true }).click();
    await dialog.waitFor({ state: "detached" });
  };

  test("an empty list says how to begin; a run that begins appears by itself", async () => {
    const { page, complaints, close } = await open();
    await page.goto("/");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("u");
    await page.getByText("vice auto run .").waitFor();
    const id = await begin("release", {
      build: talking("built"),
      lint: sh("echo clean"),
      ship: { approve: { note: "Ship it?", self: true }, needs: ["build", "lint"] },
      deploy: { ...sh("echo url=https://shop.example.com >> $VICE_OUTPUTS"), needs: "ship" },
    });
    await page.getByRole("link", { name: "release" }).click();
    await page.waitForURL(`**/runs/${id}`);
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("the log of a step grows on the page, stays where it is read, and goes on at its end", async () => {
    const { page, complaints, close } = await open();
    await page.goto("/runs");
    await page.getByRole("link", { name: "release" }).click();
    const log = page.getByRole("region", { name: "Log of build" });
    await log.getByText("line 40\n").waitFor();
    const top = (): Promise<number> => log.evaluate((element) => element.scrollTop);
    await expect.poll(top).toBeGreaterThan(0);
    await log.evaluate((element) => element.scrollTo(0, 0));
    await page.getByText("stays where you read").waitFor();
    await log.getByText("line 80\n").waitFor();
    expect(await top()).toBe(0);
    await page.getByRole("button", { name: "To the end" }).click();
    await expect.poll(top).toBeGreaterThan(0);
    writeFileSync(join(home, "built"), "");
    await log.getByText("done").waitFor();
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("a run that asks is agreed to with a note, and what was given stands there", async () => {
    const { page, complaints, close } = await open();
    await page.goto("/runs");
    await page.getByRole("cell", { name: "asks somebody" }).waitFor();
    await page.getByRole("link", { name: "release" }).click();
    await node(page, /^ship asks/).waitFor();
    await page.getByRole("button", { name: "Agree ship" }).click();
    await page.getByText("Then begins: deploy.").waitFor();
    await answer(page, "Note (optional)", "numbers look good", "Agree");
    await page.getByText("succeeded", { exact: true }).first().waitFor();
    await node(page, /^deploy/).click();
    await page.getByRole("link", { name: "https://shop.example.com" }).waitFor();
    await node(page, /^ship/).click();
    await page.getByText("numbers look good").waitFor();
    expect(page.url()).toContain("?step=ship");
    await page.getByRole("link", { name: "its activity" }).click();
    await page.getByRole("link", { name: "See its run" }).click();
    await page.getByRole("heading", { level: 1, name: "release" }).waitFor();
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("a run is paused, resumed and canceled, each with its consequence and a reason", async () => {
    const id = await begin("slow", {
      one: talking("one"),
      two: { ...sh("true"), needs: "one" },
      clean: { ...sh("true"), needs: "two", if: "always()" },
    });
    const { page, complaints, close } = await open();
    await page.goto(`/runs/${id}`);
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    await button("Pause").click();
    await page.getByText("No further step begins").waitFor();
    expect(await page.getByRole("dialog").getByRole("button", { name: "Pause" }).isDisabled()).toBe(true);
    await answer(page, "Reason", "look first", "Pause");
    await page.getByText("Paused by somebody at the server: look first").waitFor();
    await button("Resume").click();
    await answer(page, "Reason", "looked", "Resume");
    await button("Cancel").click();
    await page.getByText("steps that clean up or put back are still done").waitFor();
    await answer(page, "Reason", "wrong version", "Cancel");
    await page.getByText("Canceled by somebody at the server: wrong version").waitFor();
    expect((await viceJson<{ status: string }>(home, "auto", "show", id)).status).toBe("canceled");
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("who started a run cannot agree, and a refusal says what it does", async () => {
    const id = await begin("strict", {
      gate: { manual: { note: "Look at the graphs", checklist: ["errors", "latency"] } },
      ask: { approve: { note: "Go?", count: 2 } },
      after: { ...sh("true"), needs: ["gate", "ask"] },
    });
    const { page, complaints, close } = await open();
    await page.goto(`/runs/${id}`);
    await page.getByText("You started it, so somebody else agrees").waitFor();
    expect(await page.getByRole("button", { name: "Agree ask" }).isDisabled()).toBe(true);
    await page.getByText("2 people with the role approver agree").waitFor();
    await page.getByRole("listitem").filter({ hasText: "latency" }).waitFor();
    await page.getByRole("button", { name: "Refuse gate" }).click();
    await page.getByText("after will not be done, unless a condition says otherwise.").waitFor();
    // Cancel is what is done to a run.
    expect(await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).count()).toBe(0);
    await answer(page, "Reason", "errors rise", "Refuse");
    await page.getByText("refused: errors rise").first().waitFor();
    await close();
    expect(complaints).toEqual([]);
    await vice(home, ["auto", "abort", id, "--reason", "enough"]);
  }, 30_000);

  test.each(["light", "dark"] as const)("is accessible in %s", async (colorScheme) => {
    const { page, complaints, close } = await open({ colorScheme });
    const items = (await viceJson<{ items: Array<{ id: string }> }>(home, "auto", "runs")).items;
    for (const path of ["/runs", ...items.slice(0, 2).map(({ id }) => `/runs/${id}`)]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      expect([path, await violations(page)]).toEqual([path, []]);
    }
    await close();
    expect(complaints).toEqual([]);
  }, 60_000);

  test("at 375 pixels the steps are a list, nothing scrolls sideways, and a step that is chosen comes into view", async () => {
    const id = await begin("broken", {
      long: sh(`echo ${"x".repeat(300)}; echo; for n in 1 2 3 4 5 6 7 8 9; do echo $n; done; exit 1`),
      ...Object.fromEntries(
        Array.from({ length: 20 }, (_, n) => [`step-${n}`, { ...sh("true"), needs: "long" }]),
      ),
    });
    await expect
      .poll(async () => (await viceJson<{ status: string }>(home, "auto", "show", id)).status)
      .toBe("failed");
    const { page, complaints, close } = await open({ viewport: { width: 375, height: 812 } });
    for (const path of ["/runs", `/runs/${id}`]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 2 }).first().waitFor();
      expect([path, await page.evaluate(OVERFLOW)]).toEqual([path, 0]);
    }
    expect(await page.getByRole("region", { name: "Graph of the steps" }).count()).toBe(0);
    await page.getByText("it ended with exit code 1").first().waitFor();
    await page.getByRole("link", { name: /^long/ }).click();
    await page.getByRole("link", { name: /^step-3 / }).click();
    await expect
      .poll(async () => (await page.getByRole("heading", { name: /^step-3/ }).boundingBox())?.y ?? 9999)
      .toBeLessThan(700);
    await close();
    expect(complaints).toEqual([]);
  }, 30_000);

  test("an id that is none says so, and what cannot be read now says what to do", async () => {
    const { page, close } = await open();
    await page.goto("/runs/01930000-0000-7000-8000-00000000dead");
    await page.getByRole("heading", { name: "No such run" }).waitFor();
    await page.route("**/v1/pipeline-runs*", (route) => route.abort());
    await page.goto("/runs");
    await page.getByRole("alert").getByText("The vice server does not answer.").waitFor();
    await page.unroute("**/v1/pipeline-runs*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("link", { name: "broken" }).waitFor();
    await close();
  }, 30_000);
});

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

/** The page itself and the area below the bar, which scrolls on its own. */
const OVERFLOW = `Math.max(...["html", "main", ".table-scroll"].map((name) => {
  const element = document.querySelector(name);
  return element === null ? 0 : element.scrollWidth - element.clientWidth;
}))`;
