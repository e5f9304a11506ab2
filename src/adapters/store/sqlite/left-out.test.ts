/** What the projector cannot take is left out and told of: what comes before and after it is shown, and nothing stops. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { deployment, plainEvent, SETTINGS, T0 } from "../../../../test/data-services.ts";
import type { AppendItem, Change } from "../../../ports/event-log.ts";
import type { Store } from "../../../ports/store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-left-out-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function open(): { store: Store; problems: string[] } {
  const problems: string[] = [];
  const onError = (error: unknown) => problems.push(String(error));
  const file = join(folder, `${++files}.db`);
  return { store: openSqliteStore({ file, mode: "write", settings: SETTINGS, onError }), problems };
}

/** A report whose time is none, as an adapter with a fault would make it. */
function broken(externalId: string): AppendItem {
  const { events } = deployment(externalId);
  const at = "no time";
  return {
    delivery: null,
    events: events.map((event) => ({ ...event, data: { ...event.data, at } }) as typeof event),
  };
}

const versions = (store: Store): Array<string | null> =>
  store.read.activities({}, 10, null, T0).items.map(({ version }) => version);

test("an event that breaks the projector is stepped over, also while building again", () => {
  const { store, problems } = open();
  store.log.append([
    deployment("1"),
    broken("2"),
    deployment("3", { service: "pay" }, "succeeded", T0 + 1000),
  ]);
  expect(versions(store)).toEqual(["v3", "v1"]);
  expect(problems).toEqual([expect.stringContaining("event 2 is left out")]);
  expect(store.maintenance.health()).toMatchObject({ lag: 0, failedEvents: 1 });
  store.maintenance.startRebuild();
  while (!store.maintenance.work(50).idle);
  expect(versions(store)).toEqual(["v3", "v1"]);
  expect(store.maintenance.health().failedEvents).toBe(1);
  store.close();
});

test("far behind, and while naming again, listeners hear once that names changed", () => {
  const { store } = open();
  const heard: Change[] = [];
  store.log.onChange((changes) => heard.push(...changes.filter(({ type }) => type !== "source")));
  store.log.append(Array.from({ length: 2600 }, (_, n) => deployment(String(n))));
  while (!store.maintenance.work(60_000).idle);
  expect(heard.filter(({ type }) => type === "names")).toHaveLength(1);
  expect(heard.length).toBeLessThanOrEqual(2001);
  heard.length = 0;
  const rule = { id: "r", match: { service: "shop" }, set: { service: "store" } };
  store.log.append([{ delivery: null, events: [plainEvent("vice.names.ruled.v1", { rule, reason: null })] }]);
  while (!store.maintenance.work(60_000).idle);
  expect(heard.length).toBeLessThanOrEqual(2);
  expect(heard.every(({ type }) => type === "names")).toBe(true);
  store.close();
});

test("what links and figures cannot take is named, and taken in when it changes", () => {
  const { store, problems } = open();
  store.log.append([deployment("1", { commitSha: "c".repeat(40) }), deployment("2")]);
  while (!store.maintenance.work(1000).idle);
  const db = new DatabaseSync(store.maintenance.health().file);
  const [{ id = "" } = {}] = store.read.activities({}, 1, null, T0).items;
  const blob = Buffer.from(id.replaceAll("-", ""), "hex");
  db.prepare("UPDATE activity SET doc = json_set(doc, '$.tags', null) WHERE id = ?").run(blob);
  while (!store.maintenance.work(1000).idle);
  expect(store.maintenance.health()).toMatchObject({
    failedEvents: 0,
    notFollowed: [
      { follower: "dora", activities: 1, first: id },
      { follower: "spans" },
      { follower: "step-durations" },
    ],
  });
  expect(problems.join()).toContain("left out of what follows: spans");
  db.prepare("UPDATE activity SET doc = json_set(doc, '$.tags', json('{}')) WHERE id = ?").run(blob);
  db.close();
  while (!store.maintenance.work(1000).idle);
  expect(store.maintenance.health().notFollowed).toEqual([]);
  store.close();
});
