/** Runs the demonstration against a real server and looks at what a visitor would see. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Activity, Status } from "../../domain/activity.ts";
import { startServer } from "../serve.ts";
import { type DemoOptions, demo, demoHome, howToCall } from "./demo.ts";

interface Item {
  service: string;
  environment: string;
  running: Activity | null;
  lastAttempt: Activity;
}

interface RunLine {
  name: string;
  status: string;
  asks: string[];
}

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "vice-demo-test-"));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const envOf = () => ({ XDG_CACHE_HOME: cache, VICE_LOG_LEVEL: "silent" });

const HISTORY = "deliveries of the last";

/** Starts it, waits for the history (or only until it is open), looks, and stops it. */
async function visit(
  look: (url: string) => Promise<void>,
  options: Partial<DemoOptions> = {},
  until = HISTORY,
): Promise<string[]> {
  const lines: string[] = [];
  const stop = new AbortController();
  const caughtUp = Promise.withResolvers<void>();
  const print = (line: string): void => {
    lines.push(line);
    if (line.includes(until)) caughtUp.resolve();
  };
  const ended = demo({ env: envOf(), startServer, print, port: 0, signal: stop.signal, ...options });
  try {
    await Promise.race([caughtUp.promise, ended]);
    const [, url = ""] = /(http:\S+)/.exec(lines.join("\n")) ?? [];
    await look(url);
  } finally {
    stop.abort();
    await ended;
  }
  return lines;
}

const read = async <T>(url: string, path: string): Promise<T> =>
  (await fetch(new URL(path, url))).json() as Promise<T>;

test("eight services stand in four environments, with every state and both unmatched names", {
  timeout: 60_000,
}, async () => {
  let local = { items: [] as unknown[] };
  const lines = await visit(async (url) => {
    const { items } = await read<{ items: Item[] }>(url, "/v1/status");
    const cells = items.filter(({ running }) => running !== null);
    const full = Map.groupBy(cells, ({ service }) => service);
    expect([...full].filter(([, places]) => places.length === 4).length).toBeGreaterThanOrEqual(7);
    expect(full.size).toBeGreaterThanOrEqual(8);
    expect(new Set(items.map(({ environment }) => environment))).toEqual(
      new Set(["dev", "staging", "prod-eu", "prod-us"]),
    );
    expect([...full.keys()]).toEqual(
      expect.arrayContaining(["payments", "discovery/deploy-search", "data-science/recommender"]),
    );
    expect(
      [...full.keys()].filter((name) => /Payments|payments-api|MobileApi|shop-mailer/.test(name)),
    ).toEqual([]);
    for (const status of [
      "pending",
      "running",
      "succeeded",
      "failed",
      "canceled",
      "abandoned",
    ] satisfies Status[]) {
      const found = await read<{ items: Activity[] }>(url, `/v1/deployments?status=${status}&limit=1`);
      expect(found.items, status).toHaveLength(1);
    }
    const kinds = await read<{ items: Activity[] }>(url, "/v1/deployments?limit=1000");
    const seen = new Set(kinds.items.map(({ deploymentKind }) => deploymentKind));
    expect(seen).toEqual(new Set(["deploy", "redeploy", "rollback", "config", "teardown"]));
    expect(kinds.items.every(({ verified }) => verified)).toBe(true);
    expect(kinds.items.some(({ primaryId }) => primaryId !== null)).toBe(true);
    const status = async () =>
      (await read<{ items: RunLine[] }>(url, "/v1/pipeline-runs")).items.map((run) => [
        run.name,
        run.asks.length > 0 ? "asks" : run.status,
      ]);
    await expect.poll(status, { timeout: 10_000 }).toEqual([
      ["shop", "asks"],
      ["search-index", "failed"],
      ["nightly", "succeeded"],
    ]);
    const { items: locks } = await read<{ items: unknown[] }>(url, "/v1/locks");
    const { items: projects } = await read<{ items: unknown[] }>(url, "/v1/projects");
    const { items: pulled } = await read<{ items: unknown[] }>(url, "/v1/andon");
    expect([locks.length, projects.length, pulled.length]).toEqual([1, 1, 0]);
    for (const outcome of ["ignored", "duplicate", "unmapped"]) {
      const { items } = await read<{ items: Array<{ counts: Record<string, number> }> }>(url, "/v1/sources");
      expect(
        items.reduce((sum, { counts }) => sum + (counts[outcome] ?? 0), 0),
        outcome,
      ).toBe(1);
    }
    for (let tries = 0; tries < 50 && local.items.length === 0; tries++) {
      local = await read(url, "/v1/local-actions");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  expect(local.items.length).toBeGreaterThan(3);
  expect(lines.join("\n")).toContain("npm install -g vice-deploy");
  expect(lines.join("\n")).not.toContain("npx vice");
});

test("it keeps to its own home, wipes it, and finds another port when the usual one is taken", {
  timeout: 60_000,
}, async () => {
  const other = createServer().listen(4400, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve).once("error", resolve));
  const home = demoHome(envOf());
  expect(home.startsWith(cache)).toBe(true);
  try {
    await visit(async () => writeFileSync(join(home, "left-over"), ""), {}, "is open");
    const lines = await visit(
      async () => {
        expect(existsSync(join(home, "left-over"))).toBe(false);
        await expect(demo({ env: envOf(), startServer, print: () => {} })).rejects.toMatchObject({
          code: "store.busy",
        });
      },
      { port: undefined, env: { ...envOf(), VICE_HOME: join(cache, "mine"), VICE_PORT: "1" } },
      "is open",
    );
    expect(lines.join("\n")).toMatch(/http:\/\/127\.0\.0\.1:(?!4400\b)\d+/);
    expect(existsSync(join(cache, "mine"))).toBe(false);
  } finally {
    other.close();
  }
});

test.each([
  ["/usr/bin/vice", "/home/robin", "vice"],
  ["/home/robin/vice/dist/vice.cjs", "/home/robin/vice", "./dist/vice.cjs"],
  ["/usr/lib/node_modules/vice-deploy/dist/vice.cjs", "/home/robin", "vice"],
  [undefined, "/home/robin", "vice"],
])("%s in %s is called as %s", (script, folder, called) => {
  expect(howToCall(script, folder)).toBe(called);
});
