/** Measures what runs where and pages of history over one and five million deployments, in the store and over HTTP. */
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { activityId } from "../src/kit/ids.ts";
import type { ActivityFilter } from "../src/ports/read-models.ts";
import type { Store } from "../src/ports/store.ts";
import { randomOf } from "../test/reliability/fuzz-bodies.ts";
import { clientOf } from "../test/reliability/post.ts";
import { startServer } from "./children.ts";
import { END_MS, ENVIRONMENTS, historyHome, SERVICES, SOURCES, YEAR_MS } from "./history-load.ts";
import { median, quantile, type Row, type Size } from "./measure.ts";

const SMALL = 1_000_000;
const LARGE = 5_000_000;

export async function historyBench({ quick }: Size): Promise<Row[]> {
  const [small, large] = quick ? [SMALL / 10, LARGE / 10] : [SMALL, LARGE];
  const homes = { small: historyHome(small), large: historyHome(large) };
  const stores = { small: open(homes.small, "write"), large: open(homes.large, "write") };
  const status = [...statusRows(stores.small, stores.large, large), firstStatusRow(homes.large, large)];
  const pages = pageRows(stores.large, large);
  stores.small.close();
  stores.large.close();
  return [...status, ...pages, ...(await httpRows(homes.large, large))];
}

function open(home: string, mode: "read" | "write"): Store {
  const { sourceOrder, abandonAfterMs } = loadServerConfig({ VICE_HOME: home });
  const settings = { configRules: [], sourceOrder, abandonAfterMs, environmentOrder: ENVIRONMENTS };
  return openSqliteStore({ file: `${home}/vice.db`, mode, settings });
}

function timed(body: () => void): number {
  const began = performance.now();
  body();
  return performance.now() - began;
}

const million = (count: number): string => `${count / 1_000_000} M`;

/** One deployment more, projected: as on a working day, so that nothing is read that was not looked up again. */
function deployOnce(store: Store, round: number): void {
  const externalId = `bench/${Date.now()}/${round}`;
  const at = new Date(END_MS + round * 1000).toISOString();
  const object = {
    identityKind: "deployment",
    source: "gitlab",
    instance: "gitlab.example.com",
    externalId,
    attempt: 1,
  };
  const place = { service: `service-${round % SERVICES}`, environment: ENVIRONMENTS[round % 4] ?? "dev" };
  const facts = { kind: "deployment" as const, ...place, version: `v2.${round}.0` };
  const data = {
    object,
    step: "succeeded" as const,
    at,
    reopens: false,
    facts,
    verified: true,
    generation: 0,
  };
  const said = {
    source: "/bench",
    subject: activityId(object),
    time: at,
    actor: null,
    traceparent: null,
    delivery: null,
  };
  store.log.append([{ delivery: null, events: [{ ...said, type: "vice.activity.observed.v1", data }] }]);
  store.maintenance.catchUp();
}

function statusRows(small: Store, large: Store, count: number): Row[] {
  const times = { small: [] as number[], large: [] as number[] };
  const ask = (store: Store): void => {
    const found = store.read.status({}, END_MS).length;
    if (found !== SERVICES * ENVIRONMENTS.length) throw new Error(`${found} places`);
  };
  for (let round = 0; round < 60; round += 1) {
    for (const store of [large, small]) deployOnce(store, round);
    times.large.push(timed(() => ask(large)));
    times.small.push(timed(() => ask(small)));
  }
  const [value, referenceValue] = [median(times.large.slice(10)), median(times.small.slice(10))];
  const what = `what runs where, ${SERVICES} x ${ENVIRONMENTS.length} over ${million(count)}, after a deployment`;
  const common = { unit: "ms", value };
  return [
    { what, ...common, reference: "5 ms", referenceValue: 5, ratio: value / 5, goal: "< 5 ms" },
    {
      ...{ what: `${what}, growth`, ...common, goal: "<= 1.5x" },
      ...{ reference: `over ${million(count / 5)}`, referenceValue, ratio: value / referenceValue },
    },
  ];
}

/** Nothing kept in memory yet, and every document read: what a command line asks of a store that it just opened. */
function firstStatusRow(home: string, count: number): Row {
  const times = Array.from({ length: 11 }, () => {
    const store = open(home, "read");
    const ms = timed(() => void store.read.status({}, END_MS));
    store.close();
    return ms;
  });
  const value = median(times);
  const what = `what runs where over ${million(count)}, first time after opening`;
  return {
    what,
    value,
    unit: "ms",
    reference: "5 ms",
    referenceValue: 5,
    ratio: value / 5,
    goal: "(not asked)",
  };
}

type Pick = (random: () => number) => ActivityFilter;

const service = (random: () => number): string => `service-${Math.floor(random() * SERVICES)}`;
const among = <T extends string>(random: () => number, from: readonly T[]): string =>
  from[Math.floor(random() * from.length)] ?? "";

const FILTERS: ReadonlyArray<readonly [what: string, pick: Pick]> = [
  ["no filter", () => ({})],
  ["service", (random) => ({ service: service(random) })],
  ["environment", (random) => ({ environment: among(random, ENVIRONMENTS) })],
  ["source", (random) => ({ source: among(random, SOURCES) })],
  ["status", (random) => ({ status: among(random, ["succeeded", "failed", "canceled"]) })],
  [
    "service + environment",
    (random) => ({ service: service(random), environment: among(random, ENVIRONMENTS) }),
  ],
];

const PAGE = 50;
const PAGES = 300;

/** The same places for the store and over HTTP; each was read once before the clock starts. */
function asked(pick: Pick): ActivityFilter[] {
  const random = randomOf(11);
  return Array.from({ length: PAGES }, () => ({
    kind: "deployment" as const,
    ...pick(random),
    untilMs: Math.floor(END_MS - random() * YEAR_MS * 0.98),
  }));
}

function pageRows(store: Store, count: number): Row[] {
  return FILTERS.map(([filter, pick]) => {
    const filters = asked(pick);
    const read = (each: ActivityFilter): void => void store.read.activities(each, PAGE, null, END_MS);
    for (const each of filters) read(each);
    const times = filters.map((each) => timed(() => read(each)));
    return pageRow(`a page by ${filter}, anywhere in ${million(count)}, store`, times, 1);
  });
}

function pageRow(what: string, times: readonly number[], limitMs: number): Row {
  const value = median(times);
  const p99 = quantile(times, 0.99).toPrecision(3);
  const reference = `${limitMs} ms; p99 is ${p99} ms`;
  return {
    what,
    value,
    unit: "ms",
    reference,
    referenceValue: limitMs,
    ratio: value / limitMs,
    goal: `< ${limitMs} ms`,
  };
}

async function httpRows(home: string, count: number): Promise<Row[]> {
  const server = await startServer(home, "store");
  const client = clientOf(server.url, 1);
  const rows: Row[] = [];
  for (const [filter, pick] of FILTERS) {
    const times: number[] = [];
    for (const each of asked(pick)) {
      const answer = await client.get(`/v1/deployments?${queryOf(each)}`);
      if (answer.status !== 200) throw new Error(answer.body);
      times.push(answer.ms);
    }
    rows.push(pageRow(`a page by ${filter}, anywhere in ${million(count)}, HTTP`, times, 10));
  }
  client.close();
  await server.stop();
  return rows;
}

function queryOf({ untilMs = 0, kind: _kind, ...filter }: ActivityFilter): URLSearchParams {
  return new URLSearchParams({
    ...(filter as Record<string, string>),
    until: new Date(untilMs).toISOString(),
  });
}
