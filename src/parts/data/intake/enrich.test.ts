// What a delivery lacks is asked for beside intake: cached, retried, and kept across a restart. Heroku's own enricher.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type House, openHouse, T0 } from "../../../../test/data-services.ts";
import { type FakeAnswer, type FakeApi, fakeApi } from "../../../../test/fake-api.ts";
import heroku from "../../../adapters/source/heroku/index.ts";
import type { Transition } from "../../../domain/transition.ts";
import type { Reading, Source } from "../../../ports/source.ts";
import { backOffMs } from "./back-off.ts";
import { createEnrichment, type Enrichment } from "./enrich.ts";
import { createIntake } from "./intake.ts";

let house: House;
let api: FakeApi;
let answer: FakeAnswer;
let nowMs: number;
let token: string | null;
let errors: unknown[];

const COUPLING = { body: { stage: "production", pipeline: { id: "p1", name: "shop" }, app: { id: "a1" } } };

beforeEach(async () => {
  house = openHouse();
  nowMs = T0;
  token = "t0ken";
  errors = [];
  answer = COUPLING;
  api = await fakeApi(() => answer);
  const { store, log } = house.services;
  house.services.sources = {
    names: () => ["heroku"],
    get: async () => heroku as Source,
    instance: (source, instance) => ({
      ...{ source, instance, secrets: [], options: null },
      poll: token === null ? null : { url: api.url, token, only: [], everySeconds: 60, backfillDays: 90 },
    }),
    isConfigured: () => false,
    connect: () => ({ secret: "" }),
  };
  const { sources, config } = house.services;
  house.services.intake = createIntake({ store, log, sources, config, now: () => nowMs });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  house.close();
});

const enrichment = (): Enrichment =>
  createEnrichment({
    services: house.services,
    now: () => nowMs,
    chance: () => 1,
    onError: (error) => errors.push(error),
  });

function readingOf(app: string, id: string): Reading {
  const body = structuredClone(heroku.sample.body) as {
    data: { id: string; app: { id: string; name: string } };
  };
  body.data.id = id;
  body.data.app = { id: app, name: `shop-${app}` };
  return { headers: {}, body, instance: null, receivedAt: new Date(nowMs).toISOString(), options: null };
}

function transitionsOf(reading: Reading): Transition[] {
  const normalised = heroku.normalise(reading);
  if (normalised.outcome !== "accepted") throw new Error(normalised.reason);
  return normalised.transitions;
}

/** A release of an app, as if it had just been accepted. */
async function release(to: Enrichment, app: string, id: string): Promise<void> {
  const reading = readingOf(app, id);
  const { body } = reading;
  const transitions = transitionsOf(reading);
  await house.services.intake.appendTransitions({
    source: "heroku",
    instance: "heroku",
    origin: "poll",
    body,
    transitions,
  });
  to.accepted(heroku, reading, transitions);
}

function environmentsIn(environment: string): number {
  let count = 0;
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page = house.store.read.activities({ environment }, 1000, cursor, nowMs);
    count += page.items.length;
    cursor = page.next;
  }
  return count;
}

const environments = (): Array<string | null> =>
  house.store.read
    .activities({ kind: "deployment" }, 100, null, nowMs)
    .items.map((item) => item.environment)
    .sort();

describe("enrichment", () => {
  it("fills the environment in, asks once for an app, and sends the token", async () => {
    const enrich = enrichment();
    await release(enrich, "a1", "r1");
    expect(environments()).toEqual([null]);
    expect(await enrich.round()).toBeNull();
    expect(environments()).toEqual(["production"]);
    await release(enrich, "a1", "r2");
    await new Promise((resolve) => setImmediate(resolve));
    expect(environments()).toEqual(["production", "production"]);
    expect(api.requests.map(({ path, headers }) => [path, headers["authorization"]])).toEqual([
      ["/apps/a1/pipeline-couplings", "Bearer t0ken"],
    ]);
    expect(JSON.stringify(house.store.state.list("enrich.open"))).not.toContain("t0ken");
  });
  it("asks again after the answer has become old", async () => {
    const enrich = enrichment();
    await release(enrich, "a1", "r1");
    await enrich.round();
    nowMs += 25 * 3_600_000;
    await release(enrich, "a1", "r2");
    await enrich.round();
    expect(api.requests).toHaveLength(2);
  });
  it("keeps 'in no pipeline' like an answer, and the environment unknown", async () => {
    answer = { status: 404, body: { id: "not_found" } };
    const enrich = enrichment();
    await release(enrich, "a1", "r1");
    expect(await enrich.round()).toBeNull();
    await release(enrich, "a1", "r2");
    expect(await enrich.round()).toBeNull();
    expect(environments()).toEqual([null, null]);
    expect(api.requests).toHaveLength(1);
    expect(errors).toEqual([]);
  });
  it("waits longer each time while the other side is down, and fills it in when it is back, after a restart too", async () => {
    answer = { status: 503, body: {} };
    const first = enrichment();
    await release(first, "a1", "r1");
    const waits: number[] = [];
    for (let round = 0; round < 4; round++) {
      const due = (await first.round()) ?? nowMs;
      waits.push(due - nowMs);
      nowMs = due;
    }
    expect(waits).toEqual([5000, 10_000, 20_000, 40_000]);
    expect(environments()).toEqual([null]);
    expect(errors).toHaveLength(1);
    answer = COUPLING;
    const second = enrichment();
    expect(await second.round()).toBeNull();
    expect(environments()).toEqual(["production"]);
    expect(house.store.state.list("enrich.open")).toEqual([]);
  });
  it("spares a server that is down: three failures end the round", async () => {
    answer = { status: 500, body: {} };
    const enrich = enrichment();
    for (let app = 0; app < 6; app++) await release(enrich, `a${app}`, `r${app}`);
    await enrich.round();
    expect(api.requests).toHaveLength(3);
  });
  it("waits for a connection when none is configured", async () => {
    token = null;
    const enrich = enrichment();
    await release(enrich, "a1", "r1");
    expect(await enrich.round()).toBe(nowMs + 3_600_000);
    token = "later";
    nowMs += 3_600_000;
    expect(await enrich.round()).toBeNull();
    expect(environments()).toEqual(["production"]);
  });
  it("keeps one question for an app, and a later token fills all of its thousands of releases", async () => {
    const count = 2000;
    token = null;
    const { intake } = house.services;
    const without = enrichment();
    const readings = Array.from({ length: count }, (_, n) => readingOf("a1", `r${n}`));
    const all = readings.map((reading) => [reading, transitionsOf(reading)] as const);
    const transitions = all.flatMap(([, some]) => some);
    await intake.appendTransitions({
      source: "heroku",
      instance: "heroku",
      origin: "poll",
      body: 1,
      transitions,
    });
    for (const [reading, some] of [...all, ...all.slice(0, 10)]) without.accepted(heroku, reading, some);
    expect(house.store.state.list("enrich.open")).toHaveLength(1);
    const rows = house.store.state.list("enrich.about");
    expect(rows.length).toBeLessThanOrEqual(count / 50);
    expect(JSON.stringify(rows).length).toBeLessThan(count * 150);
    expect(await without.round()).toBe(nowMs + 3_600_000);
    expect(api.requests).toEqual([]);

    token = "t0ken";
    expect(await enrichment().round()).toBeNull();
    expect(api.requests).toHaveLength(1);
    while (house.store.maintenance.health().lag > 0) house.store.maintenance.work(1000);
    expect(environmentsIn("production")).toBe(count);
    expect(house.store.state.list("enrich.open")).toEqual([]);
    expect(house.store.state.list("enrich.about")).toEqual([]);
  });
  it("loses no release that comes while the answer is applied, nor what could not be stored", async () => {
    const enrich = enrichment();
    for (const id of ["r1", "r2"]) await release(enrich, "a1", id);
    const { intake } = house.services;
    let calls = 0;
    house.services.intake = {
      ...intake,
      appendTransitions: async (fetched) => {
        calls += 1;
        if (calls === 1) throw new Error("disk full");
        return intake.appendTransitions(fetched);
      },
    };
    const second = enrichment();
    nowMs = (await second.round()) ?? nowMs;
    expect(environments()).toEqual([null, null]);
    const round = second.round();
    await release(second, "a1", "r3");
    expect(await round).toBeNull();
    expect(await second.round()).toBeNull();
    expect(environments()).toEqual(["production", "production", "production"]);
    expect(api.requests).toHaveLength(1);
  });
  it("runs by itself once started, and stops", async () => {
    const enrich = createEnrichment({
      services: house.services,
      now: Date.now,
      onError: (error) => errors.push(error),
    });
    enrich.start();
    await release(enrich, "a1", "r1");
    await expect.poll(environments).toEqual(["production"]);
    await enrich.stop();
  });
});

it("back-off grows to its limit and is scattered", () => {
  expect([1, 2, 3, 20].map((failures) => backOffMs(failures, 1))).toEqual([5000, 10_000, 20_000, 900_000]);
  expect(backOffMs(1, 0)).toBe(2500);
});
