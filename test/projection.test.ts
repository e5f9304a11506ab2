// Properties of the read models: built again from the log they are the same bytes, and they are blind to order and repetition.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FOLLOWERS } from "../src/adapters/store/sqlite/follow/table.ts";
import { READ_TABLE_NAMES } from "../src/adapters/store/sqlite/schema.ts";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { createSources } from "../src/app/sources.ts";
import type { EventData, EventType } from "../src/domain/event.ts";
import type { NameRule } from "../src/domain/names.ts";
import { DEFAULT_SOURCE_ORDER } from "../src/domain/reporters.ts";
import { createIntake } from "../src/parts/data/index.ts";
import type { Intake, LogWriter, Sources } from "../src/ports/services.ts";
import type { Store } from "../src/ports/store.ts";
import { plainEvent } from "./data-services.ts";
import { amounts, level } from "./level.ts";
import { delivery } from "./varied-deliveries.ts";
import { NOON, type Sent } from "./wired-house.ts";

/** In memory where there is such a place: what is tried here has nothing to do with the disk. */
const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "vice-projection-"));
let sources: Sources;
beforeAll(async () => {
  const env = { VICE_HOME: folder };
  sources = await createSources(loadServerConfig(env), env);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Bench {
  store: Store;
  intake: Intake;
  file: string;
}

const SETTINGS = {
  configRules: [],
  sourceOrder: DEFAULT_SOURCE_ORDER,
  abandonAfterMs: 864e5,
  environmentOrder: [],
};

let count = 0;
async function withStore<T>(body: (bench: Bench) => Promise<T>): Promise<T> {
  const file = join(folder, `${++count}.db`);
  const settings = { ...SETTINGS };
  const now = () => NOON;
  const store = openSqliteStore({ file, mode: "write", settings, now });
  const log: LogWriter = {
    append: async (item) => {
      const [result] = store.log.append([item]);
      if (result === undefined) throw new Error("nothing was appended");
      return result;
    },
    settled: async () => settle(store),
    depth: 0,
  };
  const intake = createIntake({ store, log, sources, config: { transforms: [] }, now });
  try {
    return await body({ store, intake, file });
  } finally {
    store.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(file + end, { force: true });
  }
}

function settle(store: Store): void {
  while (!store.maintenance.work(1000).idle);
}

const send = ({ intake }: Bench, { source, headers = {}, body }: Sent): Promise<unknown> =>
  intake.receive({
    source,
    instance: null,
    key: null,
    headers,
    rawBody: Buffer.from(JSON.stringify(body)),
    allowUnsigned: true,
  });

/** Those of the delivery metrics number their scopes as they come: follow/dora/follow.test.ts compares them without. */
const FOLLOWING_TABLES = FOLLOWERS.filter(({ name }) => name !== "dora").flatMap(
  ({ tableNames }) => tableNames,
);

/** All rows of all read models and of what follows them, each by its primary key. */
function dump(file: string): Record<string, unknown[]> {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return Object.fromEntries(
      [...READ_TABLE_NAMES, ...FOLLOWING_TABLES].map((table) => [
        table,
        db
          .prepare(`SELECT * FROM ${table}`)
          .all()
          .map((row) => JSON.stringify(row)),
      ]),
    );
  } finally {
    db.close();
  }
}

/** What readers see, without what depends on the order of arrival by contract: the trace id. */
function seen({ store }: Bench): unknown {
  const far = NOON + 30 * 864e5;
  const rows = store.read.activities({ includeExcluded: true }, 1000, null, far).items;
  const status = store.read.status({ ephemeral: true }, far);
  return withoutTraces({ rows, status });
}

const withoutTraces = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "traceId" ? undefined : inner)));

/** What people do between deliveries. */
type Step =
  | { do: "send"; sent: Sent }
  | { do: "again"; at: number }
  | { do: "rule"; rule: NameRule }
  | { do: "unrule"; at: number }
  | {
      do: "correct";
      at: number;
      type: "amended" | "voided" | "restored";
      facts: Record<string, string>;
      status: "failed" | "succeeded" | null;
    }
  | { do: "reprocess"; at: number; change: number }
  | { do: "read" };

const NAMES = [
  "web/shop",
  "example-shop/shop",
  "shop-production",
  "web/deploy-shop",
  "shop",
  "Shop",
  "store",
];
const name = fc.constantFrom(...NAMES);
const rule: fc.Arbitrary<NameRule> = fc.oneof(
  fc.record({ match: fc.record({ service: name }), set: fc.record({ service: name }) }),
  fc.record({ match: fc.record({ canonical: name }), set: fc.record({ service: name }) }),
  fc.record({ match: fc.constant({ service: "*" }), set: fc.constant({ service: "shop" }) }),
  fc.record({
    match: fc.record({ environment: fc.constantFrom("prod*", "staging") }),
    set: fc.record({ environment: fc.constantFrom("prod", "staging") }),
  }),
  fc.record({
    match: fc.record({ environment: fc.constantFrom("prod-eu", "staging") }),
    set: fc.record({ service: name, tier: fc.constant("other" as const) }),
  }),
  fc.record({
    match: fc.record({ actor: fc.constant("ro*") }),
    set: fc.record({ exclude: fc.constant("bot") }),
  }),
  fc.record({
    match: fc.record({ source: fc.constantFrom("gitlab", "jenkins", "teamcity") }),
    set: fc.record({ kind: fc.constantFrom("deployment" as const, "build" as const) }),
  }),
  fc.record({
    match: fc.record({ canonical: name }),
    set: fc.record({ team: fc.constant("payments"), tenant: fc.constant("acme") }),
  }),
  fc.record({
    match: fc.record({ source: fc.constant("generic") }),
    set: fc.record({
      deploymentKind: fc.constantFrom("deploy" as const, "config" as const, "teardown" as const),
    }),
  }),
);
const facts = fc.record(
  {
    version: fc.constantFrom("1.4.0", "1.4.1"),
    service: name,
    environment: fc.constantFrom("prod-eu", "staging"),
    startedAt: fc.constantFrom("2026-11-20T09:00:00.000Z", "2026-11-20T10:00:30.000Z"),
    finishedAt: fc.constantFrom("2026-11-20T10:05:00.000Z", "2026-11-20T13:00:00.000Z"),
  },
  { requiredKeys: [] },
);
const at = fc.nat(40);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ do: fc.constant("send" as const), sent: delivery }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("again" as const), at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rule" as const), rule }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("unrule" as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("correct" as const),
      at,
      type: fc.constantFrom("amended" as const, "voided" as const, "restored" as const),
      facts,
      status: fc.constantFrom("failed" as const, "succeeded" as const, null),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reprocess" as const), at, change: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("read" as const) }) },
);

const append = <T extends EventType>(
  store: Store,
  type: T,
  subject: string | null,
  data: EventData[T],
): void => {
  store.log.append([{ delivery: null, events: [plainEvent(type, data, subject)] }]);
};

const ruled = (store: Store, rule: NameRule, n: number): void =>
  append(store, "vice.names.ruled.v1", null, { rule: { ...rule, id: `rule-${n}` }, reason: null });

async function take(bench: Bench, steps: readonly Step[]): Promise<void> {
  const { store } = bench;
  const sent: Sent[] = [];
  let rules = 0;
  for (const each of steps) {
    if (each.do === "send") {
      sent.push(each.sent);
      await send(bench, each.sent);
    } else if (each.do === "again") {
      const again = sent[each.at % Math.max(1, sent.length)];
      if (again !== undefined) await send(bench, again);
    } else if (each.do === "read") settle(store);
    else if (each.do === "rule") ruled(store, each.rule, ++rules);
    else if (each.do === "unrule")
      append(store, "vice.names.unruled.v1", null, { ruleId: `rule-${each.at % (rules + 1)}`, reason: null });
    else if (each.do === "correct") correctOne(store, each);
    else reprocessOne(store, each);
  }
  settle(store);
}

function correctOne(
  store: Store,
  { at: which, type, facts: right, status }: Extract<Step, { do: "correct" }>,
): void {
  const ids = store.log.events(0, 1000).filter((event) => event.type === "vice.activity.observed.v1");
  const id = ids[which % Math.max(1, ids.length)]?.subject;
  if (id === undefined || id === null) return;
  if (type === "amended")
    append(store, "vice.activity.amended.v1", id, { facts: right, status, reason: "because" });
  else if (type === "voided") append(store, "vice.activity.voided.v1", id, { reason: "because" });
  else append(store, "vice.activity.restored.v1", id, { reason: "because" });
}

/** Another mapping: nothing any more, another version, or the same again. */
function reprocessOne(store: Store, { at: which, change }: Extract<Step, { do: "reprocess" }>): void {
  const all = store.deliveries.walk({}, 0, 1000);
  const delivery = all[which % Math.max(1, all.length)];
  if (delivery === undefined || delivery.events === null) return;
  const { fromSeq, toSeq } = delivery.events;
  const former = store.log
    .events(fromSeq - 1, toSeq - fromSeq + 1)
    .filter((event) => event.type === "vice.activity.observed.v1");
  const events = former.map((event) => {
    const data = event.data as EventData["vice.activity.observed.v1"];
    const facts = change === 1 ? { ...data.facts, version: "9.9.9" } : data.facts;
    return {
      ...plainEvent("vice.activity.observed.v1", { ...data, facts }, event.subject, event.time),
      delivery: event.delivery,
    };
  });
  const nothing = change === 0;
  const outcome = nothing ? ("ignored" as const) : ("accepted" as const);
  const differs = store.maintenance.supersede(
    [{ delivery, outcome, reason: null, events: nothing ? [] : events }],
    true,
  );
  if (change > 1) expect(differs).toEqual([delivery.outcome !== outcome]);
}

/** How many cases each property tries. */
const CASES = { test: 25, ci: 400, soak: 20_000 } as const;
const RUNS = {
  numRuns: Number(process.env["RUNS"] ?? CASES[level]),
  // A slow machine tries fewer, and a counterexample is made smaller only as long as there is time.
  interruptAfterTimeLimit: amounts.testTimeoutMs / 3,
};

test("read models built again from the log are the same bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) =>
      withStore(async (bench) => {
        await take(bench, steps);
        const live = dump(bench.file);
        const configRules = [{ match: { service: "nobody's" }, set: { team: "none" } }];
        bench.store.maintenance.configure({ ...SETTINGS, configRules });
        settle(bench.store);
        expect(dump(bench.file), "everything named again").toEqual(live);
        bench.store.maintenance.startRebuild();
        settle(bench.store);
        expect(dump(bench.file)).toEqual(live);
      }),
    ),
    RUNS,
  );
});

test("any order of the same deliveries reads the same", async () => {
  const input = fc.array(delivery, { minLength: 2, maxLength: 16 }).chain((sent) =>
    fc.record({
      sent: fc.constant(sent),
      order: fc.shuffledSubarray(sent, { minLength: sent.length }),
      read: fc.nat(sent.length),
      rules: fc.array(rule, { maxLength: 3 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(input, async ({ sent, order, read, rules }) => {
      const asSeen = (list: readonly Sent[], readAt: number) =>
        withStore(async (bench) => {
          for (const [n, each] of rules.entries()) ruled(bench.store, each, n);
          for (const [n, each] of list.entries()) {
            if (n % 3 === readAt % 3) settle(bench.store);
            await send(bench, each);
          }
          settle(bench.store);
          return seen(bench);
        });
      expect(await asSeen(order, read)).toEqual(await asSeen(sent, 1));
    }),
    RUNS,
  );
});

test("a delivery again changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 12 }), (sent) =>
      withStore(async (bench) => {
        for (const each of sent) await send(bench, each);
        settle(bench.store);
        const before = dump(bench.file);
        for (const each of sent.toReversed())
          expect(await send(bench, each)).toMatchObject({ outcome: "duplicate" });
        settle(bench.store);
        expect(dump(bench.file)).toEqual(before);
      }),
    ),
    { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 2) },
  );
});

test("a report that ends before it begins has one kind, whichever comes first", async () => {
  const report = (id: string, startedAt: string, finishedAt: string): Sent => ({
    source: "generic",
    body: {
      id,
      service: "shop",
      environment: "prod",
      status: "succeeded",
      version: "1",
      startedAt,
      finishedAt,
    },
  });
  const odd = report("1", "2026-11-20T10:02:30Z", "2026-11-20T10:01:30Z");
  const plain = report("2", "2026-11-20T10:02:00Z", "2026-11-20T10:02:15Z");
  const asSeen = (list: readonly Sent[]) =>
    withStore(async (bench) => {
      for (const each of list) {
        await send(bench, each);
        settle(bench.store);
      }
      return seen(bench);
    });
  expect(await asSeen([odd, plain])).toEqual(await asSeen([plain, odd]));
});
