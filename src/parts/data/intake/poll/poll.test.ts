// Reading from vice's side: pages in order, the same page again after trouble, on after a restart, nothing said twice.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deployment, type House, openHouse, T0 } from "../../../../../test/data-services.ts";
import gitlab from "../../../../adapters/source/gitlab/index.ts";
import type { Transition } from "../../../../domain/transition.ts";
import { invoke } from "../../../../kit/command.ts";
import { ViceError } from "../../../../kit/errors.ts";
import { type Poller, RateLimited, type Source } from "../../../../ports/source.ts";
import { createIntake } from "../intake.ts";
import { importCommand } from "./import-command.ts";
import { createPollWorker, type PollWorker } from "./poll-worker.ts";
import { nextWalk } from "./walk-state.ts";

const DAY_MS = 86_400_000;

let house: House;
let asked: Array<{ since: string; cursor: string | null }>;
let trouble: unknown[];
let pages: Transition[][];
let errors: unknown[];
let worker: PollWorker | null;

const transition = (id: string, version = `v${id}`): Transition => ({
  object: {
    identityKind: "deployment",
    source: "gitlab",
    instance: "gitlab.example.com",
    externalId: id,
    attempt: 1,
  },
  step: "succeeded",
  at: new Date(T0).toISOString(),
  facts: { kind: "deployment", service: "shop", environment: "prod", version },
});

const poller: Poller = {
  page: async (connection, since, cursor) => {
    asked.push({ since, cursor });
    const failure = trouble.shift();
    if (failure !== undefined) throw failure;
    expect(connection).toMatchObject({ token: "t0ken", only: ["group/app"], instance: "" });
    const at = Number(cursor ?? 0);
    const more = at + 1 < pages.length;
    return {
      transitions: pages[at] ?? [],
      cursor: more ? String(at + 1) : null,
      progress: (at + 1) / pages.length,
    };
  },
};

beforeEach(() => {
  asked = [];
  trouble = [];
  errors = [];
  worker = null;
  pages = [[transition("1")], [transition("2"), transition("3")], []];
  const poll = {
    url: "http://127.0.0.1:9",
    token: "t0ken",
    only: ["group/app"],
    everySeconds: 1000,
    backfillDays: 90,
  };
  const instance = { source: "gitlab", instance: null, secrets: [], options: null, poll };
  house = openHouse({ sources: [instance] });
  const { services } = house;
  services.sources = {
    names: () => ["gitlab", "heroku"],
    get: async (name) => (name === "gitlab" ? ({ ...gitlab, poller } as Source) : null),
    instance: () => instance,
    isConfigured: () => false,
    connect: () => ({ secret: "" }),
  };
  const { store, log, sources, config } = services;
  services.intake = createIntake({ store, log, sources, config, now: () => T0 });
});
afterEach(async () => {
  await worker?.stop();
  house.close();
});

async function start(nowMs = T0): Promise<void> {
  worker = createPollWorker({
    services: house.services,
    now: () => nowMs,
    chance: () => 0.5,
    onError: (error) => errors.push(error),
  });
  await worker.start();
}
const versions = (): Array<string | null> =>
  house.store.read
    .activities({}, 100, null, T0)
    .items.map((item) => item.version)
    .sort();
const state = () =>
  house.store.state.get("poll", "gitlab/")?.value as { cursor: string | null; walking: boolean } | undefined;
const backfill = () => house.store.state.list("backfill").map(({ key, value }) => [key, value]);

describe("the worker", () => {
  it("fills the last 90 days page by page, shows progress, and ends the walk", async () => {
    await start();
    await expect.poll(() => state()?.walking).toBe(false);
    expect(asked).toEqual(
      [null, "1", "2"].map((cursor) => ({ since: new Date(T0 - 90 * DAY_MS).toISOString(), cursor })),
    );
    expect(versions()).toEqual(["v1", "v2", "v3"]);
    expect(backfill()).toEqual([["gitlab/gitlab.example.com", { progress: 1, state: "done" }]]);
    expect(house.store.read.activities({}, 1, null, T0).items[0]).toMatchObject({
      verified: true,
      instance: "gitlab.example.com",
    });
  });
  it("reads the same page again after trouble, and what a rate limit says", async () => {
    trouble = [new ViceError("outside.unreachable", { url: "u", problem: "down" }), new RateLimited(10)];
    worker = createPollWorker({
      services: house.services,
      now: () => T0,
      chance: () => -0.999,
      onError: (error) => errors.push(error),
    });
    await worker.start();
    await expect.poll(() => asked.length, { timeout: 8000 }).toBe(5);
    expect(asked.map((each) => each.cursor)).toEqual([null, null, null, "1", "2"]);
    expect(errors).toHaveLength(1);
    await expect.poll(versions).toEqual(["v1", "v2", "v3"]);
  });
  it("says that it waits", async () => {
    trouble = [new RateLimited(60_000)];
    await start();
    await expect
      .poll(backfill)
      .toEqual([["gitlab/", { progress: 0, state: expect.stringMatching(/^waiting: The rate limit/) }]]);
  });
  it("goes on at the same page after a restart, and follows from shortly before the last walk", async () => {
    trouble = [undefined, new RateLimited(60_000)];
    await start();
    await expect.poll(() => asked.length).toBe(2);
    await worker?.stop();
    expect(state()).toMatchObject({ cursor: "1", walking: true });
    asked = [];
    await start(T0 + DAY_MS);
    await expect.poll(() => state()?.walking).toBe(false);
    expect(asked.map((each) => each.cursor)).toEqual(["1", "2"]);
    await worker?.stop();
    asked = [];
    await start(T0 + 2 * DAY_MS);
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    expect(asked[0]).toEqual({ since: new Date(T0 - 10 * 60_000).toISOString(), cursor: null });
  });
  it("adds nothing to the log for what was read before, and agrees with the webhook", async () => {
    house.services.config = {
      ...house.services.config,
      sources: house.services.config.sources.map((each) => ({
        ...each,
        poll: each.poll && { ...each.poll, everySeconds: 0.02 },
      })),
    };
    house.store.log.append([deployment("1", { version: "v1" })]);
    await start();
    await expect.poll(() => asked.length).toBeGreaterThan(9);
    expect(house.store.log.head().seq).toBe(4);
    expect(versions()).toEqual(["v1", "v2", "v3"]);
    pages[1] = [transition("2"), transition("3"), transition("4")];
    await expect.poll(versions).toEqual(["v1", "v2", "v3", "v4"]);
    expect(house.store.log.head().seq).toBe(5);
  });
  it("leaves a connection alone that lists nothing and serves questions", async () => {
    const { services } = house;
    const only: string[] = [];
    const sources = services.config.sources.map((each) => ({
      ...each,
      poll: each.poll && { ...each.poll, only },
    }));
    services.config = { ...services.config, sources };
    const get = async () => ({ ...gitlab, poller: { ...poller, needs: "GitLab project" } }) as Source;
    services.sources = { ...services.sources, get };
    await start();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toEqual([]);
    expect(errors).toEqual([]);
  });
  it("stops at once while it waits", async () => {
    trouble = [new RateLimited(3_600_000)];
    await start();
    await expect.poll(() => asked.length).toBe(1);
    const began = performance.now();
    await worker?.stop();
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe("import", () => {
  const run = (input: object = {}, signal = new AbortController().signal) =>
    invoke(
      importCommand,
      { source: "gitlab", ...input },
      house.context({ signal, now: () => T0, progress: (share) => shares.push(share) }),
    );
  let shares: Array<number | null>;
  beforeEach(() => {
    shares = [];
  });
  it("reads everything since a moment, with progress", async () => {
    expect(await run({ since: "30d" })).toMatchObject({
      instances: [{ pages: 3, transitions: 3, since: new Date(T0 - 30 * DAY_MS).toISOString() }],
    });
    expect(shares).toEqual([1 / 3, 2 / 3, 1]);
    expect(versions()).toEqual(["v1", "v2", "v3"]);
  });
  it("goes on where it stopped", async () => {
    trouble = [undefined, new ViceError("outside.unreachable", { url: "u", problem: "down" })];
    await expect(run()).rejects.toMatchObject({ code: "outside.unreachable" });
    expect(await run()).toMatchObject({ instances: [{ pages: 2, transitions: 2 }] });
    expect(asked.map((each) => each.cursor)).toEqual([null, "1", "1", "2"]);
  });
  it("says what is missing", async () => {
    await expect(run({ source: "gitlap" })).rejects.toMatchObject({
      code: "source.unknown",
      details: { nearest: "gitlab" },
    });
    await expect(run({ instance: "other" })).rejects.toMatchObject({
      code: "input.invalid",
      hint: expect.stringContaining("poll:"),
    });
    await expect(run({ since: "soon" })).rejects.toMatchObject({ code: "input.invalid" });
  });
});

it("an unfinished walk comes before a new one", () => {
  const walk = { since: "a", beganAt: "2026-11-20T10:00:00.000Z", cursor: "c", first: true, walking: true };
  expect(nextWalk(walk, T0, DAY_MS)).toBe(walk);
  expect(nextWalk({ ...walk, walking: false }, T0, DAY_MS)).toMatchObject({
    since: "2026-11-20T09:50:00.000Z",
    cursor: null,
    first: false,
  });
});
