/** Five thousand steps that begin and never end: all are taken, none is lost from view, and past their time all are abandoned. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { loadServerConfig } from "../../src/app/config/server-config.ts";
import { wire } from "../../src/app/wire.ts";
import { amounts } from "../level.ts";

const home = mkdtempSync(join(tmpdir(), "vice-open-"));
const STARTS = 5000;
const NOW = Date.parse("2026-11-20T12:00:00.000Z");

afterEach(() => rmSync(home, { recursive: true, force: true }));

const start = (n: number): Buffer =>
  Buffer.from(
    JSON.stringify({ id: `step-${n}`, action: "start", type: "build", metadata: { service: `s${n % 50}` } }),
  );

/** Ids of all pages, with the status that the pages ask for. */
function walk(
  read: (cursor: string | null) => {
    items: Array<{ id: string; status: string | null }>;
    next: string | null;
  },
): Map<string, string | null> {
  const found = new Map<string, string | null>();
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page = read(cursor);
    for (const { id, status } of page.items) {
      expect(found.has(id)).toBe(false);
      found.set(id, status);
    }
    cursor = page.next;
  }
  return found;
}

test(
  "5,000 starts without an end: accepted, running, and abandoned after their time",
  async () => {
    const config = loadServerConfig({ VICE_HOME: home, PATH: "" });
    const house = await wire({ config, env: {}, mode: "write", now: () => NOW });
    const { intake, store } = house.services;
    const headers = { "content-type": "application/json" };
    const results = await Promise.all(
      Array.from({ length: STARTS }, (_, n) =>
        intake.receive({
          source: "valuestream",
          instance: null,
          key: null,
          headers,
          rawBody: start(n),
          allowUnsigned: true,
        }),
      ),
    );
    expect(results.filter(({ outcome }) => outcome === "accepted")).toHaveLength(STARTS);
    await house.services.log.settled();

    const running = walk((cursor) => store.read.activities({ status: "running" }, 1000, cursor, NOW + 1000));
    expect(running.size).toBe(STARTS);
    const later = NOW + config.abandonAfterMs + 1000;
    expect(walk((cursor) => store.read.activities({ status: "running" }, 1000, cursor, later)).size).toBe(0);
    const abandoned = walk((cursor) => store.read.activities({ status: "abandoned" }, 1000, cursor, later));
    expect(abandoned.size).toBe(STARTS);
    expect(new Set(abandoned.values())).toEqual(new Set(["abandoned"]));
    await house.close();
  },
  amounts.testTimeoutMs,
);
