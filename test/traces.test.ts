// One piece of work across four tools: what belongs together is found in any order, and nothing else with it.
import { afterEach, expect, test } from "vitest";
import type { Trace } from "../src/domain/trace/span.ts";
import type { Facts, Step, Transition } from "../src/domain/transition.ts";
import type { Command } from "../src/kit/command.ts";
import { activityId } from "../src/kit/ids.ts";
import { vizCommands } from "../src/parts/viz/index.ts";
import type { Services } from "../src/ports/services.ts";
import { NOON, openWired, type WiredHouse } from "./wired-house.ts";

const REPOSITORY = "https://github.com/acme/shop";
const sha = (digit: string): string => digit.repeat(40);
const at = (minutes: number): string => new Date(NOON - 600 * 60_000 + minutes * 60_000).toISOString();

const open: WiredHouse[] = [];
afterEach(async () => {
  for (const house of open.splice(0)) await house.close();
});
async function house(): Promise<WiredHouse> {
  const made = await openWired();
  open.push(made);
  return made;
}

const command = (id: string): Command<Services> => {
  const found = vizCommands.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no command ${id}`);
  return found;
};

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
    object,
    reopens,
    step: "running" as const,
    at: at(from),
    facts: { ...all, startedAt: at(from) },
  };
  return to === undefined ? [began] : [began, { object, reopens, step: end, at: at(to), facts: all }];
}

async function tell({ services }: WiredHouse, ...list: Told[]): Promise<void> {
  for (const told of list) {
    const transitions = transitionsOf(told);
    await services.intake.appendTransitions({
      ...{ source: told.source, instance: "", origin: "poll", body: transitions, transitions },
    });
  }
}

const traceOf = ({ services, clock }: WiredHouse, told: Told): Trace =>
  services.store.traces.trace(idOf(told), clock.nowMs);
const namesIn = (trace: Trace): string[] => trace.spans.map(({ name }) => name);

const ticket: Told = {
  ...{ source: "jira", kind: "ticket", name: "10012", from: 0, to: 400 },
  facts: { service: "SHOP", tags: { key: "SHOP-12", title: "Pay by card" } },
};
const change: Told = {
  ...{ source: "github", kind: "change", name: "31", from: 60, to: 180 },
  facts: {
    ...{ repository: REPOSITORY, ref: "feature/shop-12-pay", commitSha: sha("a") },
    tags: { number: "31", title: "Card payments", mergeCommitSha: sha("b"), targetBranch: "main" },
  },
};
const build: Told = {
  ...{ source: "jenkins", kind: "build", name: "shop/7", from: 190, to: 200 },
  facts: { repository: REPOSITORY, ref: "main", commitSha: sha("b"), tags: { name: "shop build" } },
};
const deployment: Told = {
  ...{ source: "octopus", kind: "deployment", name: "Deployments-9", from: 300, to: 310 },
  facts: { service: "shop", environment: "prod-eu", version: "1.4.2", commitSha: sha("b") },
};
const FOUR = ["SHOP-12 Pay by card", "#31 Card payments", "shop build", "shop 1.4.2 to prod-eu"];

test.each([
  ["in order", [ticket, change, build, deployment]],
  ["the change closed first", [change, deployment, build, ticket]],
  ["backwards", [deployment, build, change, ticket]],
])("ticket, change, build and deployment of four tools are one trace: %s", async (_order, told) => {
  const here = await house();
  await tell(here, ...told);
  for (const each of [ticket, change, build, deployment]) {
    const trace = traceOf(here, each);
    expect(namesIn(trace)).toEqual(FOUR);
    expect(trace.truncated).toBe(false);
  }
  const { spans, criticalPath } = traceOf(here, build);
  expect(spans.map(({ parentId }) => parentId)).toEqual([null, ...[ticket, change, build].map(idOf)]);
  expect(spans[0]?.links).toContainEqual({ to: idOf(change), reason: "ticket SHOP-12" });
  expect(spans[1]?.links).toContainEqual({ to: idOf(build), reason: "commit bbbbbbbb" });
  expect(criticalPath).toContain(idOf(deployment));
});

test("each keeps the trace id it was first stored with, and each of those ids shows the whole", async () => {
  const here = await house();
  await tell(here, change);
  const before = here.services.store.read.activity(idOf(change), NOON)?.traceId ?? "";
  await tell(here, ticket, build, deployment);
  expect(here.services.store.read.activity(idOf(change), NOON)?.traceId).toBe(before);
  expect(namesIn(here.services.store.traces.trace(before, NOON))).toEqual(FOUR);
});

test("an unrelated change into the same branch stays outside", async () => {
  const here = await house();
  const other: Told = {
    ...{ source: "github", kind: "change", name: "32", from: 61, to: 170 },
    facts: {
      ...{ repository: REPOSITORY, ref: "main", commitSha: sha("c") },
      tags: { number: "32", title: "Another", mergeCommitSha: sha("d"), targetBranch: "main" },
    },
  };
  const its: Told = { ...build, name: "shop/8", facts: { ...build.facts, commitSha: sha("d") } };
  await tell(here, ticket, change, other, build, its, deployment);
  expect(namesIn(traceOf(here, ticket))).toEqual(FOUR);
  expect(traceOf(here, other).spans.map(({ id }) => id)).toEqual([idOf(other), idOf(its)]);
});

test("a deployment of ten changes shows ten tickets above it, and none of them has the other nine", async () => {
  const here = await house();
  const numbers = Array.from({ length: 10 }, (_, n) => n);
  const tickets = numbers.map(
    (n): Told => ({ ...ticket, name: `2${n}`, facts: { tags: { key: `SHOP-2${n}`, title: `wish ${n}` } } }),
  );
  const changes = numbers.map(
    (n): Told => ({
      ...{ source: "github", kind: "change", name: `4${n}`, from: 60 + n, to: 100 + n },
      facts: {
        ...{ repository: REPOSITORY, ref: `shop-2${n}`, commitSha: sha(String(n)) },
        tags: { number: `4${n}`, title: `change ${n}`, targetBranch: "main" },
      },
    }),
  );
  const batch: Told = {
    ...deployment,
    facts: { ...deployment.facts, tags: { description: numbers.map((n) => `SHOP-2${n}`).join(" ") } },
  };
  await tell(here, ...tickets, ...changes, batch);
  const whole = traceOf(here, batch);
  expect(whole.spans.filter(({ kind }) => kind === "ticket")).toHaveLength(10);
  for (const n of numbers) {
    const own = traceOf(here, tickets[n] as Told);
    expect(own.spans.filter(({ kind }) => kind === "ticket").map(({ id }) => id)).toEqual([
      idOf(tickets[n] as Told),
    ]);
    expect(own.spans.map(({ id }) => id)).toContain(idOf(batch));
    expect(own.spans.map(({ id }) => id)).toContain(idOf(changes[n] as Told));
  }
});

test("a deployment has above it what the commits since the one before brought, when those are known, and nothing guessed", async () => {
  const here = await house();
  const released = (name: string, digit: string, from: number): Told => ({
    ...{ source: "heroku", kind: "deployment", name, from, to: from + 5 },
    facts: {
      service: "shop",
      environment: "prod",
      version: name,
      commitSha: sha(digit),
      repository: REPOSITORY,
    },
  });
  const [first, second, third] = [
    released("v1", "1", 10),
    released("v2", "4", 300),
    released("v3", "5", 400),
  ];
  const merged: Told = {
    ...change,
    facts: { ...change.facts, tags: { number: "31", title: "Card payments", mergeCommitSha: sha("3") } },
  };
  const wish: Told = { ...ticket, name: "99", facts: { tags: { key: "SHOP-77", title: "Refunds" } } };
  await tell(here, first, second, third, merged, wish);
  const before = namesIn(traceOf(here, second));
  expect(before).toEqual(["shop v2 to prod"]);
  const commit = (digit: string, parent: string | null, message: string) => ({
    ...{
      sha: sha(digit),
      parents: parent === null ? [] : [sha(parent)],
      committedAt: at(200),
      authoredAt: null,
    },
    ...{ author: null, message, url: null },
  });
  const commits = [
    commit("1", null, "Begin"),
    commit("2", "1", "Pay back\n\nRefs: SHOP-77"),
    commit("3", "2", "Card payments"),
    commit("4", "3", "Tidy"),
    commit("5", "4", "Later"),
  ];
  await here.services.log.append({
    delivery: null,
    events: [
      {
        ...{ type: "vice.commits.seen.v1", source: "/t", subject: null, time: at(200), actor: null },
        ...{ traceparent: null, delivery: null, data: { repository: REPOSITORY, commits } },
      },
    ],
  });
  expect(namesIn(traceOf(here, second)).sort()).toEqual([
    "#31 Card payments",
    "SHOP-77 Refunds",
    "shop v2 to prod",
  ]);
  expect(namesIn(traceOf(here, third))).toEqual(["shop v3 to prod"]);
  expect(namesIn(traceOf(here, wish)).sort()).toEqual(["SHOP-77 Refunds", "shop v2 to prod"]);
  const { causes } = here.services.store.traces.links(idOf(second), NOON);
  expect(causes.map(({ link }) => link.words).sort()).toEqual([
    "commit 22222222 names SHOP-77",
    "commit 33333333, which it brought",
  ]);
});

test("a branch whose name is used again belongs to the change of its time", async () => {
  const here = await house();
  const early: Told = {
    ...change,
    name: "1",
    from: 0,
    to: 60,
    facts: { repository: REPOSITORY, ref: "fix", tags: { number: "1", title: "early" } },
  };
  const late: Told = {
    ...early,
    name: "2",
    from: 30_000,
    to: 30_060,
    facts: { ...early.facts, tags: { number: "2", title: "late" } },
  };
  const built = (name: string, from: number): Told => ({
    ...{ source: "jenkins", kind: "build", name, from, to: from + 1 },
    facts: { repository: "git@github.com:acme/shop.git", ref: "fix", tags: { name } },
  });
  await tell(here, early, late, built("first", 30), built("second", 30_030));
  expect(namesIn(traceOf(here, early))).toEqual(["#1 early", "first"]);
  expect(namesIn(traceOf(here, late))).toEqual(["#2 late", "second"]);
});

test("parts of a run are shown with it, from wherever one comes, and hang under what they are a part of", async () => {
  const here = await house();
  const pipeline: Told = {
    ...build,
    source: "gitlab",
    kind: "pipeline",
    name: "p1",
    facts: { ...build.facts, tags: { name: "pipeline" } },
  };
  const step = (name: string): Told => ({
    ...{ source: "gitlab", kind: "stage", name, from: 191, to: 195 },
    facts: { parentId: idOf(pipeline), tags: { name } },
  });
  await tell(here, step("test"), step("lint"), deployment, pipeline);
  const trace = traceOf(here, deployment);
  expect(namesIn(trace).sort()).toEqual(["lint", "pipeline", "shop 1.4.2 to prod-eu", "test"]);
  expect(trace.spans.find(({ name }) => name === "test")?.parentId).toBe(idOf(pipeline));
});

test("a wrong link is cut, a missing one is made, and both survive a rebuild", async () => {
  const here = await house();
  const lone: Told = {
    ...deployment,
    name: "by hand",
    facts: { service: "shop", environment: "prod-us", tags: { title: "copied" } },
  };
  await tell(here, ticket, change, build, deployment, lone);
  const reason = "found by looking at it";
  await here.run(command("viz.unlink"), { from: idOf(build), to: idOf(deployment), reason });
  await here.run(command("viz.unlink"), { from: idOf(change), to: idOf(deployment), reason });
  await here.run(command("viz.link"), { from: idOf(build), to: idOf(lone), reason });
  const look = (): string[] => namesIn(traceOf(here, ticket));
  const expected = [...FOUR.slice(0, 3), "shop to prod-us"];
  expect(look()).toEqual(expected);
  await expect(here.run(command("viz.link"), { from: idOf(build), to: idOf(lone), reason })).rejects.toThrow(
    "linked already",
  );
  here.services.store.maintenance.startRebuild();
  await here.services.log.settled();
  expect(look()).toEqual(expected);
  const { effects, cut } = here.services.store.traces.links(idOf(build), NOON);
  expect(effects.map(({ link }) => link.words)).toEqual([`said by hand: ${reason}`]);
  expect(cut.map(({ to }) => to)).toEqual([idOf(deployment)]);
});

test("a link that goes back in time or closes a circle is refused; who cuts one is told what still ties the two", async () => {
  const here = await house();
  await tell(here, ticket, change, build, deployment);
  const link = (from: Told, to: Told) =>
    here.run(command("viz.link"), { from: idOf(from), to: idOf(to), reason: "it was so" });
  await expect(link(deployment, build)).rejects.toThrow(/cannot have led to it\. Nothing was changed/);
  await expect(link(change, ticket)).rejects.toThrow(
    /would close a circle: .* led to .* already\. Nothing was/,
  );
  expect(namesIn(traceOf(here, ticket))).toEqual(FOUR);
  const reason = "another change";
  const cut = await here.run(command("viz.unlink"), { from: idOf(change), to: idOf(build), reason });
  const { left } = cut as { left: Array<{ id: string; reason: string }> };
  expect(left.map(({ id }) => id)).toEqual([idOf(deployment)]);
  expect(left[0]?.reason).toMatch(/^commit /);
  const said = command("viz.unlink").text(cut as never, {} as never);
  expect(said).toContain("It still leads to what belongs to that; cut these too if they are wrong:");
});

test("a command in a checkout does not join what its commit belongs to; a script's steps hang under the script", async () => {
  const here = await house();
  const command: Told = {
    ...{ source: "local", kind: "action", name: "ls", from: 250, to: 251 },
    facts: { repository: REPOSITORY, ref: "feature/shop-12-pay", commitSha: sha("b"), tags: { name: "ls" } },
  };
  const inside: Told = {
    ...command,
    name: "step",
    facts: { parentId: idOf(deployment), tags: { name: "step" } },
  };
  await tell(here, ticket, change, build, deployment, command, inside);
  expect(namesIn(traceOf(here, ticket))).toEqual([...FOUR, "step"]);
  expect(namesIn(traceOf(here, command))).toEqual(["ls"]);
});

test("it is written as its schema says, whatever its activities are called", async () => {
  const here = await house();
  const odd: Told = {
    ...{ source: "local", kind: "action", name: "odd", from: 90 },
    facts: { parentId: idOf(build), tags: { name: 'say "hi" \\ Grüße \u0007 🚀' } },
  };
  await tell(here, ticket, change, build, deployment, odd);
  const words = { from: idOf(odd), to: idOf(deployment), reason: 'it said "yes" – so' };
  await here.run(command("viz.link"), words);
  const trace = traceOf(here, ticket);
  const shown = (await here.run(command("viz.trace"), { id: idOf(ticket) })) as Trace;
  expect(shown).toEqual(trace);
  expect(shown.spans.map(({ id }) => id).sort()).toEqual(
    [ticket, change, build, deployment, odd].map(idOf).sort(),
  );
  const { read } = here.services.store;
  for (const { id, parentId, name, links, ...rest } of shown.spans) {
    const known = read.activity(id, here.clock.nowMs);
    expect(known).toMatchObject(rest);
    expect(parentId === null || shown.spans.some((other) => other.id === parentId)).toBe(true);
    if (id === idOf(odd)) {
      expect(name).toBe(odd.facts?.tags?.["name"]);
      expect(links).toEqual([{ to: words.to, reason: `said by hand: ${words.reason}` }]);
    }
  }
});

test("one is found by a commit, a ticket's key, or the start of its id; an unknown one is named", async () => {
  const here = await house();
  await tell(here, ticket, change, build, deployment);
  const { traces } = here.services.store;
  for (const word of ["SHOP-12", "shop-12", sha("b"), idOf(build).slice(0, 13)])
    expect(namesIn(traces.trace(word, NOON))).toEqual(FOUR);
  expect(() => traces.trace("SHOP-99", NOON)).toThrow();
  expect(() => traces.trace("0".repeat(32), NOON)).toThrow();
});

test("what nobody knows is answered with where traces, tickets and changes are listed", async () => {
  const here = await house();
  await tell(here, ticket);
  for (const word of ["NOPE-1", "#77", "0193f1c2", sha("e"), "nothing"]) {
    const asked = here.run(command("viz.trace"), { id: word });
    await expect(asked, word).rejects.toMatchObject({
      code: "not-found",
      message: `There is no trace "${word}".`,
      hint: expect.stringMatching(/vice traces.*vice activities/),
    });
  }
});

test("one is found by the number or the address of its change; a number of several repositories is asked back", async () => {
  const here = await house();
  const page = `${REPOSITORY}/pull/31`;
  const told = { ...change, facts: { ...change.facts, url: page } };
  const issue: Told = {
    ...{ source: "github", kind: "ticket", name: "issue/32", from: 0 },
    facts: { repository: REPOSITORY, tags: { number: "32", title: "Invoices" } },
  };
  await tell(here, ticket, told, build, deployment, issue);
  const { traces } = here.services.store;
  for (const word of ["#31", "!31", "acme/shop#31", "ACME/shop!31", "shop!31", page])
    expect(namesIn(traces.trace(word, NOON)), word).toEqual(FOUR);
  expect(namesIn(traces.trace("#32", NOON))).toEqual(["#32 Invoices"]);
  for (const word of ["!32", "#33", "other/shop#31", "op#31", "https://github.com/acme/shop/pull/99"])
    expect(() => traces.trace(word, NOON), word).toThrow();
  const elsewhere = {
    ...change.facts,
    repository: "https://gitlab.com/group/app",
    commitSha: sha("c"),
    tags: { number: "31" },
  };
  await tell(here, { ...change, source: "gitlab", name: "other", facts: elsewhere });
  expect(() => traces.trace("#31", NOON)).toThrow('"#31" may mean several: acme/shop#31, group/app#31.');
  expect(namesIn(traces.trace("acme/shop#31", NOON))).toEqual(FOUR);
});

test("search finds failed and slow ones, newest first, each once over all pages", async () => {
  const here = await house();
  const red: Told = {
    ...build,
    name: "red",
    from: 500,
    to: 530,
    end: "failed",
    facts: { tags: { name: "red" } },
  };
  await tell(here, ticket, change, build, deployment, red);
  const { work } = here.services.store;
  const names = ({ items }: Awaited<ReturnType<typeof work.find>>): string[] =>
    items.map(({ head }) => head.name);
  expect(names(await work.find({ status: "failed" }, 10, null, NOON))).toEqual(["red"]);
  expect(names(await work.find({ slowerThanMs: 25 * 60_000, kind: "build" }, 10, null, NOON))).toEqual([
    "red",
  ]);
  const seen: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof work.find>> = await work.find({}, 1, cursor, NOON);
    seen.push(...names(page));
    cursor = page.next;
    if (cursor === null) break;
  }
  expect(seen).toEqual(["red", "SHOP-12 Pay by card"]);
  expect(names(await work.find({}, 10, null, NOON))).toEqual(seen);
});

test("what waits and what runs may be abandoned; a tool is found within a service", async () => {
  const here = await house();
  const open = (name: string): Told => ({
    ...{ source: "jenkins", kind: "build", name, from: 0 },
    facts: { service: "shop", tags: { name } },
  });
  await tell(here, open("started"), { ...deployment, facts: { ...deployment.facts, service: "shop" } });
  const pending = transitionsOf(open("waiting")).map((each) => ({ ...each, step: "queued" as const }));
  const { services } = here;
  await services.intake.appendTransitions({
    ...{ source: "jenkins", instance: "", origin: "poll", body: pending, transitions: pending },
  });
  const { work } = services.store;
  const found = async (filter: Parameters<typeof work.find>[0], nowMs = NOON): Promise<string[]> =>
    (await work.find(filter, 10, null, nowMs)).items.map(({ head }) => head.name);
  const years = NOON + 1000 * 86_400_000;
  expect((await found({ status: "abandoned" }, years)).sort()).toEqual(["started", "waiting"]);
  expect(await found({ service: "shop", source: "octopus" })).toEqual(["shop 1.4.2 to prod-eu"]);
  expect(await found({ kind: "deployment" })).toEqual(["shop 1.4.2 to prod-eu"]);
});

test("how services, tools and teams connect is counted", async () => {
  const here = await house();
  await tell(here, ticket, change, build, deployment);
  const found = await here.services.store.traces.connections(0, 1000);
  expect(found.map(({ from, to }) => `${from.source} > ${to.source}`)).toEqual(
    expect.arrayContaining(["jira > github", "github > jenkins", "jenkins > octopus"]),
  );
});

test("the map leaves out what was cut and what lies too far apart in time, and counts what was made by hand", async () => {
  const here = await house();
  const early: Told = {
    ...{ source: "circleci", kind: "build", name: "1", from: 0, to: 5 },
    facts: { repository: REPOSITORY, ref: "feature/shop-12-pay", tags: { name: "years before" } },
  };
  const years = { ...early, from: -1_000_000, to: -999_000 };
  await tell(here, ticket, change, build, deployment, years);
  const { traces } = here.services.store;
  const ways = async (): Promise<string[]> =>
    (await traces.connections(0, 1000)).map(({ from, to }) => `${from.source} > ${to.source}`);
  expect(await ways()).toContain("jira > github");
  expect(await ways()).not.toContain("github > circleci");
  await here.run(command("viz.unlink"), { from: idOf(ticket), to: idOf(change), reason: "another ticket" });
  expect(await ways()).not.toContain("jira > github");
  expect(await ways()).toContain("github > jenkins");
  await here.run(command("viz.link"), { from: idOf(years), to: idOf(deployment), reason: "it was this" });
  expect(await ways()).toContain("circleci > octopus");
});

test("a version that hundreds of activities carry says nothing about how tools connect", async () => {
  const here = await house();
  const latest = (kind: "build" | "deployment", source: string, n: number): Told => ({
    ...{ source, kind, name: `${kind}-${n}`, from: kind === "build" ? n : 300 + n, to: 400 },
    facts: { service: "shop", version: "latest", tags: { name: kind } },
  });
  const of = (count: number, kind: "build" | "deployment", source: string): Told[] =>
    Array.from({ length: count }, (_, n) => latest(kind, source, n));
  await tell(here, ...of(100, "build", "jenkins"), ...of(10, "deployment", "octopus"));
  const { traces } = here.services.store;
  expect((await traces.connections(0, 1000)).map(({ count }) => count)).toEqual([1000]);
  await tell(here, ...of(210, "build", "jenkins"));
  expect(await traces.connections(0, 1000)).toEqual([]);
});
