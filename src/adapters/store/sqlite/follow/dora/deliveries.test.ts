// What one run brought is one delivery: the first of all and of each team, whatever comes, changes or goes, in any order.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { EventData, NewEvent } from "../../../../../domain/event.ts";
import { activityId } from "../../../../../kit/ids.ts";
import type { Store } from "../../../../../ports/store.ts";
import { openConnection } from "../../connection.ts";
import { openSqliteStore } from "../../sqlite-store.ts";
import { FIRST_IN_ALL, FIRST_IN_TEAM } from "./tables.ts";

const home = mkdtempSync(join(tmpdir(), "vice-deliveries-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const NOON = Date.parse("2026-11-20T12:00:00.000Z");
const idOf = (kind: string, n: number): string => activityId(objectOf(kind, n));
const objectOf = (identityKind: string, n: number) => ({
  ...{ identityKind, source: "jenkins", instance: "ci", externalId: `${identityKind}/${n}`, attempt: 1 },
});

interface Told {
  n: number;
  run: number;
  minute: number;
  team: "red" | "blue";
  environment: "prod" | "stage";
  ended: "succeeded" | "failed";
}
const told = record<Told>({
  n: integer({ min: 0, max: 7 }),
  run: integer({ min: 0, max: 1 }),
  minute: integer({ min: 0, max: 5 }),
  team: constantFrom("red", "blue"),
  environment: constantFrom("prod", "prod", "stage"),
  ended: constantFrom("succeeded", "succeeded", "succeeded", "failed"),
});

function eventOf({ n, run, minute, team, environment, ended }: Told): NewEvent {
  const at = new Date(NOON + minute * 60_000).toISOString();
  const object = objectOf("deployment", n);
  const data: EventData["vice.activity.observed.v1"] = {
    ...{ object, step: ended, at, reopens: true, verified: true, generation: 0 },
    facts: {
      ...{ kind: "deployment", service: `s${n}`, version: "1", environment, team },
      ...{ parentId: idOf("pipeline", run), startedAt: at, finishedAt: at },
    },
  };
  const said = { source: "/t", actor: null, traceparent: null, delivery: null };
  return { ...said, type: "vice.activity.observed.v1", subject: activityId(object), time: at, data };
}

const opened: Store[] = [];
afterAll(() => {
  for (const store of opened) store.close();
});
function open(): { store: Store; file: string } {
  const file = join(home, `${opened.length}.db`);
  const settings = { configRules: [], sourceOrder: [], abandonAfterMs: 1e12, environmentOrder: [] };
  const store = openSqliteStore({ file, mode: "write", settings });
  opened.push(store);
  return { store, file };
}
function workOff(store: Store): void {
  while (!store.maintenance.work(50).idle);
}

/** Who is first of all, and of its team, by its run and environment. */
function expected(store: Store): Record<string, { all: boolean; team: boolean }> {
  const all = store.read
    .activities({ kind: "deployment" }, 100, null, NOON)
    .items.filter(({ status }) => status === "succeeded")
    .sort((a, b) => a.occurredAt.localeCompare(b.occurredAt) || a.id.localeCompare(b.id));
  const mates = (own: (typeof all)[number]) =>
    all.filter((each) => each.parentId === own.parentId && each.environment === own.environment);
  return Object.fromEntries(
    all.map((own) => [
      own.id.replaceAll("-", ""),
      { all: mates(own)[0] === own, team: mates(own).find(({ team }) => team === own.team) === own },
    ]),
  );
}

test("in any order", { timeout: 60_000 }, async () => {
  const lists = asyncProperty(
    array(told, { minLength: 1, maxLength: 25 }),
    integer({ min: 1, max: 5 }),
    async (list, every) => {
      const { store, file } = open();
      for (const [at, each] of list.entries()) {
        store.log.append([{ delivery: null, events: [eventOf(each)] }]);
        if (at % every === 0) workOff(store);
      }
      workOff(store);
      const db = openConnection(file, "read");
      const rows = db.all(
        "SELECT hex(a.id) AS id, f.bits FROM dora_fact f JOIN activity a ON a.n = f.n WHERE a.status = 'succeeded'",
      );
      db.close();
      const found = rows.map(({ id, bits }) => [
        String(id).toLowerCase(),
        { all: (Number(bits) & FIRST_IN_ALL) !== 0, team: (Number(bits) & FIRST_IN_TEAM) !== 0 },
      ]);
      expect(Object.fromEntries(found)).toEqual(expected(store));
    },
  );
  await assert(lists, { numRuns: 60 });
});

test("a run of hundreds of services looks at few of them for each that ends", () => {
  const { store, file } = open();
  for (let n = 0; n < 300; n += 1) {
    const each = { n, run: 0, minute: n, team: "red", environment: "prod", ended: "succeeded" } as const;
    store.log.append([{ delivery: null, events: [eventOf(each)] }]);
  }
  workOff(store);
  const db = openConnection(file, "write");
  db.db.exec(`CREATE TABLE looked (n INTEGER);
    CREATE TRIGGER looks AFTER INSERT ON dora_fact BEGIN INSERT INTO looked VALUES (NEW.n); END`);
  const last = { n: 300, run: 0, minute: 300, team: "red", environment: "prod", ended: "succeeded" } as const;
  store.log.append([{ delivery: null, events: [eventOf(last)] }]);
  workOff(store);
  expect(Number(db.get("SELECT count(*) AS n FROM looked")?.["n"])).toBeLessThanOrEqual(4);
  db.close();
});
