// Pieces of work over four tools: what is counted as one, the same in any order, and what is different about those that failed.
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import type { Facts, Step, Transition } from "../src/domain/transition.ts";
import type { Command } from "../src/kit/command.ts";
import { activityId } from "../src/kit/ids.ts";
import { queryCommand } from "../src/parts/data/query/query-command.ts";
import { ticketFlowCommand } from "../src/parts/viz/flow/ticket-command.ts";
import { report } from "../src/parts/viz/report.ts";
import { traces } from "../src/parts/viz/trace/traces-command.ts";
import { waterfall } from "../src/parts/viz/trace/waterfall.ts";
import type { Services } from "../src/ports/services.ts";
import { NOON, openWired, type WiredHouse } from "./wired-house.ts";

const REPOSITORY = "https://github.com/acme/shop";
const at = (minutes: number): string => new Date(NOON - 6000 * 60_000 + minutes * 60_000).toISOString();
const sha = (n: number): string => n.toString(16).padStart(4, "0").repeat(10);

const open: WiredHouse[] = [];
afterEach(async () => {
  for (const house of open.splice(0)) await house.close();
});
async function house(): Promise<WiredHouse> {
  const made = await openWired();
  open.push(made);
  return made;
}

interface Told {
  source: string;
  kind: string;
  name: string;
  from: number;
  to?: number;
  facts?: Facts;
  end?: Step;
}

const idOf = ({ source, kind, name }: Pick<Told, "source" | "kind" | "name">): string =>
  activityId({ identityKind: kind, source, instance: "", externalId: name, attempt: 1 });

function transitionsOf({ source, kind, name, from, to, facts = {}, end = "succeeded" }: Told): Transition[] {
  const object = { identityKind: kind, source, instance: "", externalId: name, attempt: 1 };
  const reopens = kind === "ticket" || kind === "change";
  const all = { kind: kind as never, ...facts };
  const began = {
    ...{ object, reopens, step: "running" as const, at: at(from) },
    facts: { ...all, startedAt: at(from) },
  };
  return to === undefined ? [began] : [began, { object, reopens, step: end, at: at(to), facts: all }];
}

async function tell({ services }: WiredHouse, ...list: Told[]): Promise<void> {
  const bySource = Map.groupBy(list, ({ source }) => source);
  for (const [source, told] of bySource) {
    const transitions = told.flatMap(transitionsOf);
    await services.intake.appendTransitions({
      ...{ source, instance: "", origin: "poll", body: transitions, transitions },
    });
  }
}

/** Stories of one epic have the trace of that. */
const OF_EPIC: Facts = { parentId: idOf({ source: "jira", kind: "ticket", name: "77" }) };

/** One wish over four tools: a Jira ticket, its GitHub change, the Jenkins build of it, and what was deployed with it. */
const wish = (n: number, tool = "helm", more: Facts = {}): [ticket: Told, change: Told, build: Told] => [
  {
    ...{ source: "jira", kind: "ticket", name: `1${n}`, from: n * 10, to: n * 10 + 300 },
    facts: { service: "SHOP", tags: { key: `SHOP-${n}`, title: `wish ${n}` }, ...more },
  },
  {
    ...{ source: "github", kind: "change", name: `${n}`, from: n * 10 + 20, to: n * 10 + 60 },
    facts: {
      ...{ repository: REPOSITORY, ref: `shop-${n}-wish`, commitSha: sha(n) },
      tags: { number: `${n}`, title: `change ${n}`, targetBranch: "main" },
    },
  },
  {
    ...{ source: "jenkins", kind: "build", name: `shop/${n}`, from: n * 10 + 61, to: n * 10 + 70 },
    facts: { repository: REPOSITORY, commitSha: sha(n), service: "shop", tags: { name: "shop build", tool } },
  },
];
const release = (n: number, end: Step = "succeeded", facts: Facts = {}): Told => ({
  ...{
    source: "octopus",
    kind: "deployment",
    name: `Deployments-${n}`,
    from: n * 10 + 80,
    to: n * 10 + 90,
    end,
  },
  facts: { service: "shop", environment: "prod-eu", version: `1.${n}`, commitSha: sha(n), ...facts },
});

interface Listed {
  items: Array<{
    name: string;
    tools: string[];
    services: string[];
    failed: number;
    activities: number;
    traceId: string;
  }>;
  next: string | null;
}
const listed = (here: WiredHouse, input: object = {}): Promise<Listed> =>
  here.run(traces as Command<Services>, input) as Promise<Listed>;

test("ticket, change, build and deployment of four tools are one piece of work, named by its ticket", async () => {
  const here = await house();
  await tell(here, release(1, "failed"), ...wish(1).toReversed());
  const { items } = await listed(here);
  expect(items).toMatchObject([
    {
      ...{ name: "SHOP-1 wish 1", activities: 4, failed: 1, services: ["shop"], environments: ["prod-eu"] },
      ...{ head: { id: idOf(wish(1)[0]), kind: "ticket" }, status: "failed", durationMs: 300 * 60_000 },
      activity: { id: idOf(wish(1)[0]) },
    },
  ]);
  expect(items[0]?.tools.toSorted()).toEqual(["github", "jenkins", "jira", "octopus"]);
  expect(here.services.store.traces.trace(items[0]?.traceId ?? "", NOON).spans).toHaveLength(4);
});

test("what failed and what took long may be two activities of one piece; an empty house says how to connect a tool", async () => {
  const here = await house();
  const none = (await here.run(traces as Command<Services>, {})) as { hint: string };
  expect(none.hint).toMatch(/^Nothing has been reported yet\. Connect a tool: vice source connect/);
  // Ticket: 300 min, change: 40, build: 9, deployment: 10 and failed.
  await tell(here, ...wish(1), release(1, "failed"), ...wish(2), release(2));
  const names = async (input: object): Promise<string[]> =>
    (await listed(here, input)).items.map(({ name }) => name);
  expect(await names({ status: "failed", slower: "30m" })).toEqual(["SHOP-1 wish 1"]);
  expect(await names({ status: "failed", kind: "deployment", slower: "9m" })).toEqual(["SHOP-1 wish 1"]);
  expect(await names({ status: "failed", kind: "deployment", slower: "30m" })).toEqual([]);
  expect(await names({ status: "failed", longer: "5h" })).toEqual(["SHOP-1 wish 1"]);
  expect(await names({ status: "failed", longer: "6h" })).toEqual([]);
  const filtered = (await here.run(traces as Command<Services>, { longer: "6h" })) as { hint: string };
  expect(filtered.hint).toBe("No trace is known that fits. Take a filter away: vice traces");
});

interface Lengths {
  whole: { leadMs: number | null };
}

test("one length of one piece of work in the list, above its trace and of its ticket; a report brought in days later changes neither it nor the end", async () => {
  const here = await house();
  const [ticket, change, build] = wish(1);
  const queued: Told = { ...ticket, facts: { ...ticket.facts, createdAt: at(-50) } };
  const late: Told = {
    ...{ source: "vice", kind: "check", name: "junit", from: 5000, to: 5001, end: "failed" },
    facts: { repository: REPOSITORY, commitSha: sha(1), service: "shop", tags: { name: "unit tests" } },
  };
  await tell(here, queued, change, build, release(1), late);
  const lengthMs = 360 * 60_000;
  const { items } = await listed(here);
  expect(items).toMatchObject([
    { activities: 5, failed: 1, status: "succeeded", startedAt: at(-50), durationMs: lengthMs },
  ]);
  const trace = here.services.store.traces.trace(idOf(ticket), NOON);
  expect(trace.spans.filter(({ createdAt }) => createdAt !== undefined)).toMatchObject([
    { kind: "ticket", createdAt: at(-50), startedAt: at(10) },
  ]);
  expect(waterfall(trace, { nowMs: NOON, columns: 100, color: (_, text) => text })).toContain(
    " tools, 6 h: ",
  );
  expect(trace.criticalPath).not.toContain(idOf(late));
  const flow = (await here.run(ticketFlowCommand as Command<Services>, { ticket: "SHOP-1" })) as Lengths;
  expect(flow.whole.leadMs).toBe(lengthMs);
});

test("of an epic's trace only what one of its tickets led to counts for that ticket", async () => {
  const here = await house();
  const epic: Told = {
    ...wish(9)[0],
    name: "epic",
    facts: { service: "SHOP", tags: { key: "SHOP-90", title: "epic" } },
  };
  const child = (n: number): Told => {
    const [ticket] = wish(n);
    return { ...ticket, facts: { ...ticket.facts, parentId: idOf(epic) } };
  };
  const open: Told = { source: "jira", kind: "ticket", name: "12", from: 20, facts: child(2).facts ?? {} };
  await tell(here, epic, child(1), ...wish(1).slice(1), release(1), open, ...wish(2).slice(1));
  const { items } = await listed(here);
  const flow = (await here.run(ticketFlowCommand as Command<Services>, { ticket: "SHOP-1" })) as Lengths;
  const item = items.find(({ name }) => name === "SHOP-1 wish 1");
  expect(item).toMatchObject({ activities: 4, durationMs: 300 * 60_000 });
  expect(flow.whole.leadMs).toBe(300 * 60_000);
});

test("a deployment of ten changes belongs to ten pieces, each once over all pages", async () => {
  const here = await house();
  const numbers = Array.from({ length: 10 }, (_, n) => n + 1);
  const description = numbers.map((n) => `SHOP-${n}`).join(" ");
  const late = release(900, "failed", { tags: { description } });
  await tell(here, ...numbers.flatMap((n) => wish(n, "helm", n % 2 === 0 ? {} : OF_EPIC)), late);
  const all = await listed(here, { status: "failed" });
  expect(all.items.map(({ name }) => name).toSorted()).toEqual(
    numbers.map((n) => `SHOP-${n} wish ${n}`).toSorted(),
  );
  for (const item of all.items)
    expect(item).toMatchObject({ activities: 4, failed: 1, activity: { id: idOf(late) } });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listed(here, {
      status: "failed",
      limit: 3,
      ...(cursor === undefined ? {} : { cursor }),
    });
    seen.push(...page.items.map(({ name }) => name));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(all.items.map(({ name }) => name));
});

test("the saved query @traces counts the same pieces over four tools", async () => {
  const here = await house();
  const description = "SHOP-1 SHOP-2";
  await tell(
    here,
    ...wish(1, "helm", OF_EPIC),
    ...wish(2, "helm", OF_EPIC),
    ...wish(3),
    release(50, "failed", { tags: { description } }),
    release(3),
  );
  const { columns, rows } = (await here.run(queryCommand as Command<Services>, {
    sql: "@traces",
    params: { days: 36_500 },
  })) as { columns: string[]; rows: unknown[][] };
  const column = (name: string): number => columns.indexOf(name);
  const counted = rows.map((row) => [
    row[column("trace_id")],
    row[column("activities")],
    row[column("failed")],
  ]);
  const { items } = await listed(here);
  expect(items).toHaveLength(3);
  expect(counted.toSorted()).toEqual(
    items.map(({ traceId, activities, failed }) => [traceId, activities, failed]).toSorted(),
  );
  expect(new Set(String(rows[0]?.[column("sources")]).split(","))).toEqual(
    new Set(["jira", "github", "jenkins", "octopus"]),
  );
});

test("a story is a piece of its own, and its epic is not one with it", async () => {
  const here = await house();
  const epic: Told = {
    ...{ source: "jira", kind: "ticket", name: "epic", from: 0, to: 900 },
    facts: { tags: { key: "SHOP-77", title: "epic" } },
  };
  const story = (n: number): Told[] => {
    const [ticket, ...rest] = wish(n);
    return [
      { ...ticket, facts: { ...ticket.facts, tags: { ...ticket.facts?.tags, parentKey: "SHOP-77" } } },
      ...rest,
    ];
  };
  await tell(here, epic, ...story(1), ...story(2));
  const { items } = await listed(here);
  expect(items.map(({ name, activities }) => [name, activities])).toEqual([
    ["SHOP-77 epic", 1],
    ["SHOP-2 wish 2", 3],
    ["SHOP-1 wish 1", 3],
  ]);
});

test("what is cut is another piece; branches that all share and ids that hundreds give tie nothing", async () => {
  const here = await house();
  const nightly = (n: number): Told => ({
    ...{ source: "jenkins", kind: "build", name: `night/${n}`, from: n, to: n + 1 },
    facts: {
      service: "shop",
      version: "latest",
      repository: REPOSITORY,
      ref: "main",
      tags: { name: `night ${n}` },
    },
  });
  const latest: Told = {
    ...{ source: "octopus", kind: "deployment", name: "latest", from: 800, to: 801 },
    facts: { service: "shop", environment: "dev", version: "latest", ref: "main", repository: REPOSITORY },
  };
  await tell(here, ...Array.from({ length: 210 }, (_, n) => nightly(n)), latest, ...wish(1), release(1));
  const apart = await listed(here, { limit: 1000 });
  expect(apart.items).toHaveLength(212);
  expect(apart.items.find(({ name }) => name === "SHOP-1 wish 1")).toMatchObject({ activities: 4 });
  const reason = "by chance the same commit";
  const cut = (from: Told): Promise<unknown> => {
    const event = { from: idOf(from), to: idOf(release(1)), reason };
    return here.services.log.append({
      delivery: null,
      events: [
        {
          ...{ type: "vice.link.cut.v1" as const, source: "/t", subject: null, time: at(0), actor: null },
          ...{ traceparent: null, delivery: null, data: event },
        },
      ],
    });
  };
  for (const from of wish(1)) await cut(from);
  const names = (await listed(here, { service: "shop", environment: "prod-eu" })).items.map(
    ({ name }) => name,
  );
  expect(names).toEqual(["shop 1.1 to prod-eu"]);
});

test("in random histories each piece holds what the trace of its head holds below the head", async () => {
  const history = fc.array(
    fc.record({
      ticket: fc.integer({ min: 1, max: 20 }),
      change: fc.integer({ min: 1, max: 25 }),
      what: fc.constantFrom("ticket", "change", "build", "part", "deployment"),
      minute: fc.integer({ min: 0, max: 300 }),
      names: fc.boolean(),
    }),
    { minLength: 40, maxLength: 80 },
  );
  const tellAll = async (here: WiredHouse, list: readonly Told[]): Promise<void> => {
    for (const told of list) await tell(here, told);
  };
  await fc.assert(
    fc.asyncProperty(history, async (list) => {
      const here = await openWired();
      try {
        const told = list.map(({ ticket, change, what, minute, names }, n): Told => {
          const [wished, changed, built] = wish(change);
          const part = {
            ...built,
            kind: "stage",
            name: `part ${n}`,
            facts: { parentId: idOf(built), tags: { name: `part ${n}` } },
          };
          const made = {
            ticket: wish(ticket)[0],
            change: changed,
            build: built,
            part,
            deployment: release(change),
          }[what];
          const tags =
            names && what === "deployment"
              ? { tags: { description: wished.facts?.tags?.["key"] ?? "" } }
              : {};
          return { ...(made ?? built), from: minute, to: minute + 5, facts: { ...made?.facts, ...tags } };
        });
        await tellAll(here, told);
        const { items } = await here.services.store.work.find({}, 1000, null, NOON);
        for (const { traceId, head, activities } of items) {
          const { spans } = here.services.store.traces.trace(traceId, NOON);
          const { read } = here.services.store;
          const led = new Set(spans.flatMap(({ links }) => links.map(({ to }) => to)));
          const begins = spans.filter(({ id, parentId }) => parentId === null && !led.has(id));
          const own = begins.filter(({ id }) => read.activity(id, NOON)?.traceId === traceId);
          const below = new Set([head.id, ...own.map(({ id }) => id)]);
          for (const id of below) {
            const span = spans.find((each) => each.id === id);
            const parts = spans.filter(({ parentId }) => parentId === id).map((each) => each.id);
            for (const to of [...parts, ...(span?.links ?? []).map((link) => link.to)])
              if (spans.find((each) => each.id === to)?.kind !== "ticket") below.add(to);
          }
          expect([head.name, activities]).toEqual([head.name, below.size]);
        }
        const inSome = new Set(items.map(({ head }) => head.id));
        expect(inSome.size).toBe(items.length);
      } finally {
        await here.close();
      }
    }),
    { numRuns: 5, endOnFailure: true },
  );
});

interface Answer {
  odd: number;
  rest: number;
  title: string;
  summary?: string;
  items: Array<{ key: string; value: string; also: string[]; isClear: boolean }>;
}
const asked = async (here: WiredHouse, more: object): Promise<Answer> =>
  (await here.run(report as Command<Services>, { project: "differences", ...more })) as Answer;

test("of 40 pieces over four tools the 8 whose deployment failed were built by gcloud: another tool's tag explains it", async () => {
  const here = await house();
  const told = Array.from({ length: 40 }, (_, n) => {
    const isOdd = n % 5 === 0;
    return [...wish(n, isOdd ? "gcloud" : "helm"), release(n, isOdd ? "failed" : "succeeded")];
  });
  await tell(here, ...told.flat());
  const answer = await asked(here, {});
  expect(answer).toMatchObject({ odd: 8, rest: 32 });
  expect(answer.items[0]).toMatchObject({ key: "tool", value: "gcloud", isClear: true });
  expect(answer.title).toBe(
    "tool=gcloud stands out: 100 % of those that failed have it, 5.0 times as often as all",
  );
  expect(await asked(here, { of: "activities" })).toMatchObject({ odd: 8, rest: 152 });
});

test("ten tickets in one failed deployment are one failure: what it had may be luck", async () => {
  const here = await house();
  const batch = Array.from({ length: 10 }, (_, n) => n + 1);
  const description = batch.map((n) => `SHOP-${n}`).join(" ");
  const others = Array.from({ length: 20 }, (_, n) => n + 20);
  await tell(
    here,
    ...batch.flatMap((n) => wish(n)),
    release(900, "failed", { tags: { description, runner: "new" } }),
    ...others.flatMap((n) => [...wish(n), release(n, "succeeded", { tags: { runner: "old" } })]),
  );
  const answer = await asked(here, {});
  expect(answer).toMatchObject({ odd: 10, rest: 20 });
  const runner = answer.items.find(({ key, value, also }) =>
    [`${key}=${value}`, ...also].includes("runner=new"),
  );
  expect(runner).toMatchObject({ isClear: false });
});
