// Saved queries on a real store: those that are built in give right answers, own ones stay and can be taken back.

import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  deployment,
  type House,
  openHouse,
  openStore,
  plainEvent,
  T0,
} from "../../../../test/data-services.ts";
import { BUILT_IN_QUERIES } from "../../../domain/query/built-in.ts";
import { nameOf } from "../../../domain/trace/name-of.ts";
import type { Facts } from "../../../domain/transition.ts";
import { type Command, invoke } from "../../../kit/command.ts";
import { activityId } from "../../../kit/ids.ts";
import type { QueryResult } from "../../../ports/query.ts";
import type { Services } from "../../../ports/services.ts";
import { auditRow } from "../log/audit-rows.ts";
import { queryCommand } from "./query-command.ts";
import { queryList, queryRemove, querySave, queryShow } from "./saved-queries.ts";

let house: House;
let count = 0;
const seconds = (at: number) => new Date(T0 + at * 1000).toISOString();

/** An activity of any kind, ended. */
function activity(facts: Facts, source = "local", step: "succeeded" | "failed" = "succeeded"): string {
  count += 1;
  const object = {
    identityKind: facts.kind ?? "action",
    source,
    instance: "",
    externalId: `x${count}`,
    attempt: 1,
  };
  const [id, at] = [activityId(object), seconds(count)];
  const data = { object, step, at, reopens: false, facts, verified: true, generation: 0 };
  house.store.log.append([
    { delivery: null, events: [plainEvent("vice.activity.observed.v1", data, id, at)] },
  ]);
  return id;
}

const run = (sql: string, more: Record<string, unknown> = {}): Promise<QueryResult> =>
  invoke(queryCommand, { sql, ...more }, house.context()) as Promise<QueryResult>;
const rows = async (sql: string, more?: Record<string, unknown>) => (await run(sql, more)).rows;
const call = (command: Command<Services>, input: unknown) =>
  invoke(command, input, house.context()) as Promise<Record<string, unknown>>;

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

beforeAll(() => {
  house = openHouse();
  const took = (ms: number) => ({ durationMs: ms, startedAt: seconds(-600) });
  for (const ms of [1000, 2000, 9200])
    activity({ kind: "action", tags: { name: "make deploy" }, ...took(ms) });
  activity(
    { kind: "action", tags: { name: "make deploy" }, service: "shop", ...took(4000) },
    "local",
    "failed",
  );
  activity({ kind: "action", ...took(500) });
  activity({ kind: "pipeline", tags: { name: "main" }, service: "shop", traceId: TRACE }, "gitlab");
  activity(
    {
      kind: "stage",
      tags: { name: "test" },
      service: "shop",
      traceId: TRACE,
      parentId: activityId({
        identityKind: "pipeline",
        source: "gitlab",
        instance: "",
        externalId: "x6",
        attempt: 1,
      }),
    },
    "gitlab",
  );
  house.store.log.append([deployment("9", { traceId: TRACE })]);
});
afterAll(() => house.close());

it("the founding question, counted by hand", async () => {
  const expected = [
    ["action", 1],
    ["make deploy", 4],
  ];
  expect(await rows("select action, count(*) from activities where source='local' group by action")).toEqual(
    expected,
  );
  expect(await rows('SELECT action, count(*) FROM activities WHERE source="local" GROUP BY action')).toEqual(
    expected,
  );
});

it("local actions", async () => {
  const { columns, rows: found } = await run("@local-actions");
  expect(columns).toEqual(["action", "service", "runs", "failed", "last"]);
  expect(found).toEqual([
    ["make deploy", null, 3, 0, seconds(3)],
    ["action", null, 1, 0, seconds(5)],
    ["make deploy", "shop", 1, 1, seconds(4)],
  ]);
});

it("performance by action", async () => {
  // of 1, 2, 4 and 9.2 s: median (2 + 4) / 2, p95 = 4 + 0.85 * 5.2; 16.2 s in all
  expect(await rows("@performance-by-action")).toEqual([
    ["make deploy", 4, 0.75, 3, 8.4, 0.3],
    ["action", 1, 1, 0.5, 0.5, 0],
  ]);
  expect(await rows("@performance-by-action", { params: { source: "gitlab", days: 1 } })).toHaveLength(3);
});

it("sources and traces", async () => {
  expect((await rows("@sources")).map((row) => row.slice(0, 4))).toEqual([
    ["local", null, "action", 5],
    ["gitlab", "gitlab.example.com", "deployment", 1],
    ["gitlab", null, "pipeline", 1],
    ["gitlab", null, "stage", 1],
  ]);
  const [trace, ...more] = await rows("@traces");
  expect(more).toEqual([]);
  expect(trace).toEqual([
    TRACE,
    3,
    seconds(0),
    seconds(7),
    7,
    "gitlab",
    "pipeline,stage,deployment",
    "shop",
    0,
  ]);
});

it("a step knows its pipeline and its parent", async () => {
  expect(
    await rows("SELECT step, pipeline, parent_kind FROM steps WHERE source = 'gitlab' ORDER BY step"),
  ).toEqual([
    ["main", "main", null],
    ["test", "main", "pipeline"],
  ]);
});

it("links as the traces have them, with what was said and without what was cut; commits with what they name", async () => {
  const own = openHouse();
  const before = house;
  house = own;
  const settle = () => {
    while (!own.store.maintenance.work(1000).idle);
  };
  const sha = "c".repeat(40);
  const ticket = activity({ kind: "ticket", tags: { key: "SHOP-1", title: "Pay" } }, "jira");
  const change = activity(
    { kind: "change", repository: "https://x/a", ref: "SHOP-1-pay", commitSha: sha, tags: { number: "7" } },
    "gitlab",
  );
  const pipeline = activity({ kind: "pipeline", commitSha: sha, repository: "https://x/a" }, "gitlab");
  const stage = activity({ kind: "stage", parentId: pipeline, tags: { name: "test" } }, "gitlab");
  const other = activity({ kind: "action" }, "local");
  const say = (type: "vice.link.made.v1" | "vice.link.cut.v1", from: string, to: string) =>
    own.store.log.append([{ delivery: null, events: [plainEvent(type, { from, to, reason: "so" })] }]);
  settle();
  const links = async () =>
    (await rows("SELECT from_id, to_id, reason FROM links")).map((row) => row.join(" ")).sort();
  const told = () => {
    const all = [ticket, change, pipeline, stage, other].flatMap((id) => {
      const { causes, effects } = own.store.traces.links(id, T0);
      return [...causes, ...effects].map(({ link }) => `${link.from} ${link.to} ${link.reason}`);
    });
    return [...new Set(all)].sort();
  };
  expect(told()).toHaveLength(3);
  expect(await links()).toEqual(told());
  say("vice.link.cut.v1", ticket, change);
  say("vice.link.made.v1", other, stage);
  settle();
  expect(await links()).toEqual(told());
  expect(await rows("SELECT said FROM links WHERE reason = 'said'")).toEqual([["so"]]);
  const commit = {
    sha,
    parents: ["d".repeat(40), "e".repeat(40)],
    message: "SHOP-1 Pay\n\nby card",
    url: null,
  };
  const times = { committedAt: seconds(1), authoredAt: null, author: { name: "Kim Doe", login: "kim" } };
  own.store.log.append([
    {
      delivery: null,
      events: [
        plainEvent("vice.commits.seen.v1", { repository: "https://x/a", commits: [{ ...commit, ...times }] }),
      ],
    },
  ]);
  expect(await rows("SELECT sha, repository, committed_at, author, subject, parents FROM commits")).toEqual([
    [sha, "https://x/a", seconds(1), "kim", "SHOP-1 Pay", 2],
  ]);
  expect(await rows("SELECT kind, ref FROM mentions WHERE sha = :sha", { params: { sha } })).toContainEqual([
    "ticket",
    "SHOP-1",
  ]);
  house = before;
  own.close();
});

it("days that have passed are left out", async () => {
  const later = house.context({ now: () => T0 + 100 * 86_400_000 });
  const old = (await invoke(queryCommand, { sql: "@local-actions" }, later)) as QueryResult;
  expect(old.rows).toEqual([]);
});

it("an own one is kept, run with its values, shown, listed and taken back", async () => {
  const sql = "SELECT version FROM deployments WHERE service = :service";
  await call(querySave, { name: "@Of-Service", sql, about: "What came" });
  expect(await rows("@of-service", { params: { service: "shop" } })).toEqual([["v9"]]);
  await expect(rows("@of-service")).rejects.toMatchObject({ details: { missing: ["service"] } });
  await expect(run("@of-service", { params: { servce: "shop" } })).rejects.toMatchObject({
    code: "query.refused",
    hint: 'Did you mean ":service"? It takes: :service.',
  });
  expect(await call(queryShow, { name: "of-service" })).toMatchObject({
    sql,
    params: ["service"],
    builtIn: false,
    by: "local",
  });
  const names = ((await call(queryList, {})) as { items: Array<{ name: string }> }).items.map(
    ({ name }) => name,
  );
  expect(names).toEqual(["local-actions", "of-service", "performance-by-action", "sources", "traces"]);
  expect(await call(queryRemove, { name: "of-service" })).toEqual({ name: "of-service", builtIn: false });
  await expect(run("@of-service")).rejects.toMatchObject({ code: "not-found" });
});

it("it survives a rebuild of the read models and another start, and the audit tells it", async () => {
  await call(querySave, { name: "sources", sql: "SELECT 1 AS mine" });
  house.store.maintenance.startRebuild();
  while (!house.store.maintenance.work(1000).idle);
  expect(await rows("@sources")).toEqual([[1]]);
  const other = openStore(house.store.maintenance.health().file, "read");
  expect(other.standing.list("query").map(({ key }) => key)).toEqual(["sources"]);
  other.close();
  const last = house.store.log.events(0, 1000).findLast(({ type }) => type === "vice.query.saved.v1");
  expect(last && auditRow(last, null)).toMatchObject({
    what: "query saved",
    subject: "sources",
    who: "local",
  });
  expect(await call(queryRemove, { name: "sources" })).toEqual({ name: "sources", builtIn: true });
  expect(await rows("@sources")).toHaveLength(4);
});

it("what cannot be run is not kept, nor under a name that cannot be typed, and the built-in ones stay", async () => {
  const refused = (command: Command<Services>, input: unknown) =>
    call(command, input).catch((error) => error.code);
  expect(await refused(querySave, { name: "bad", sql: "SELECT nope FROM deployments" })).toBe(
    "query.refused",
  );
  expect(await refused(querySave, { name: "bad", sql: "DELETE FROM event" })).toBe("query.refused");
  expect(await refused(querySave, { name: "bad", sql: "@sources" })).toBe("input.invalid");
  expect(await refused(querySave, { name: "a b", sql: "SELECT 1" })).toBe("input.invalid");
  expect(await refused(queryRemove, { name: "sources" })).toBe("conflict");
  expect(await refused(queryRemove, { name: "sorces" })).toBe("not-found");
  const readOnly = house.context({ principal: { id: "token:r", name: "r", scopes: ["read"] } });
  await expect(invoke(querySave, { name: "x", sql: "SELECT 1" }, readOnly)).rejects.toMatchObject({
    code: "auth.forbidden",
  });
  expect(house.store.standing.list("query")).toEqual([]);
});

it("each one that is built in can be explained and reads by an index", async () => {
  for (const { name } of BUILT_IN_QUERIES) {
    const steps = (await rows(`@${name}`, { explain: true })).map(([step]) => step);
    const [first] = steps.filter((step) => / activities /.test(String(step)));
    expect(first, name).toMatch(/Looks up activities by the index activity_(time|source)/);
    expect(steps.join("\n"), name).not.toMatch(/Reads all of .*(activities|deployments|links)/);
  }
});

it("the views name an activity as the domain does", async () => {
  const word = fc.constantFrom("", "a", "b c");
  const maybe = fc.option(word, { nil: undefined });
  const kinds = fc.constantFrom(
    "ticket",
    "change",
    "incident",
    "deployment",
    "stage",
    "action",
    "build" as const,
  );
  const made = fc.record({
    kind: kinds,
    service: maybe,
    environment: maybe,
    version: maybe,
    sha: fc.boolean(),
    tags: fc.dictionary(fc.constantFrom("key", "number", "title", "name"), word),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(made, { minLength: 20, maxLength: 40 }), async (list) => {
      const own = openHouse();
      const before = house;
      house = own;
      const ids = list.map(({ kind, service, environment, version, sha, tags }) =>
        activity({
          kind,
          ...(service ? { service } : {}),
          ...(environment ? { environment } : {}),
          ...(version ? { version } : {}),
          ...(sha ? { commitSha: "ab".repeat(20) } : {}),
          tags,
        } as Facts),
      );
      const found = new Map((await rows("SELECT id, name FROM activities")) as Array<[string, string]>);
      const said = ids
        .map((id) => own.store.read.activity(id, T0))
        .map((each) => (each === null ? null : nameOf(each)));
      expect(ids.map((id) => found.get(id))).toEqual(said);
      house = before;
      own.close();
    }),
    { numRuns: 4 },
  );
});
