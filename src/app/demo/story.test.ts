/** The story of the demonstration is read by the real adapters and shows one of everything. */
import { beforeAll, describe, expect, test } from "vitest";
import { loadSources } from "../../adapters/source/table.ts";
import { type Kind, PATIENT_KINDS } from "../../domain/activity.ts";
import type { Transition } from "../../domain/transition.ts";
import type { Source } from "../../ports/source.ts";
import { ENVIRONMENTS, SERVICES } from "./company.ts";
import { nextMove } from "./live.ts";
import { tellPast } from "./play.ts";
import { type Hook, isCommits, isHook, type Scene } from "./story.ts";
import { TOOL_NAMES } from "./tools/table.ts";
import { createWorld } from "./world.ts";

/** What people move between states is told of again and again. */
const moves = (kind: Kind | null | undefined): boolean => PATIENT_KINDS.some((one) => one === kind);
const NOW = Date.UTC(2026, 10, 20, 15, 30);

let sources: ReadonlyMap<string, Source>;
beforeAll(async () => {
  sources = await loadSources();
});

function read({ source, headers, body }: Hook) {
  const reading = { headers, body, instance: null, receivedAt: new Date(NOW).toISOString(), options: null };
  return sources.get(source)?.normalise(reading);
}

function transitionsOf(scenes: readonly Scene[]): Transition[] {
  return scenes.filter(isHook).flatMap((hook) => {
    const said = read(hook);
    return said?.outcome === "accepted" ? said.transitions : [];
  });
}

function refused(scenes: readonly Scene[]): unknown[] {
  return scenes.filter(isHook).flatMap((hook) => {
    const said = read(hook);
    return said?.outcome === "accepted" ? [] : [{ source: hook.source, said }];
  });
}

describe("the past", () => {
  test("is accepted by the adapters, every delivery of it", () => {
    const scenes = tellPast(createWorld(1), NOW);
    expect(refused(scenes)).toEqual([]);
    expect(new Set(scenes.filter(isHook).map(({ source }) => source))).toEqual(new Set(TOOL_NAMES));
  });

  test("is some hundreds of deliveries and begins two weeks ago", () => {
    const scenes = tellPast(createWorld(1), NOW);
    expect(scenes.length).toBeGreaterThan(300);
    expect(scenes.length).toBeLessThan(3000);
    expect((NOW - (scenes[0]?.atMs ?? NOW)) / 86_400_000).toBeGreaterThan(13);
  });

  test("brings every service to every environment it has", () => {
    const world = createWorld(1);
    tellPast(world, NOW);
    const reached = SERVICES.flatMap(({ places }) => places.filter((place) => world.running.has(place)));
    expect(reached).toHaveLength(SERVICES.flatMap(({ places }) => places).length);
    expect(SERVICES.length).toBeGreaterThanOrEqual(8);
    expect(new Set(reached.map(({ environment }) => environment))).toEqual(new Set(ENVIRONMENTS));
  });

  test.each([1, 2, 3, 20_261_120])("has every step among its deployments, whatever the seed (%i)", (seed) => {
    const found = transitionsOf(tellPast(createWorld(seed), NOW)).map(({ step }) => step);
    const wanted = ["requested", "queued", "waiting", "running", "succeeded", "failed", "canceled"];
    expect(wanted.filter((step) => !found.includes(step as Transition["step"]))).toEqual([]);
  });

  test("is the same for the same seed and another for another", () => {
    const tell = (seed: number): string => JSON.stringify(tellPast(createWorld(seed), NOW));
    expect(tell(7)).toBe(tell(7));
    expect(tell(7)).not.toBe(tell(8));
  });

  test("names nothing that a machine does twice: one object has at most one start", () => {
    const starts = new Map<string, Set<string | null>>();
    for (const { object, step, at, facts } of transitionsOf(tellPast(createWorld(1), NOW))) {
      if (step !== "running" || moves(facts.kind)) continue;
      const key = JSON.stringify(object);
      starts.set(key, (starts.get(key) ?? new Set()).add(at));
    }
    expect([...starts].filter(([, times]) => times.size > 1)).toEqual([]);
  });
});

test("one piece of work stands in order: ticket, commits, change, build, deployments, incident, way back", () => {
  const scenes = tellPast(createWorld(1), NOW);
  const told = transitionsOf(scenes);
  const first = (fits: (one: Transition) => boolean): number =>
    Math.min(...told.filter(fits).flatMap(({ at }) => (at === null ? [] : [Date.parse(at)])));
  const change = told.find(({ facts }) => facts.ref?.startsWith("shop-83-"));
  const number = change?.object.externalId;
  const ofChange = told.filter(({ object }) => object.externalId === number);
  const merged = ofChange.find(({ step }) => step === "succeeded");
  const merge = ofChange.flatMap(({ facts }) => facts.tags?.["mergeCommitSha"] ?? [])[0] ?? "none";
  const deployed = (environment: string): number =>
    first(({ facts }) => facts.environment === environment && facts.commitSha === merge);
  const commits = scenes.filter(isCommits).flatMap((scene) => scene.commits);
  const own = commits.filter(({ message }) => message?.includes("SHOP-83"));
  const order = [
    first(({ facts }) => facts.tags?.["key"] === "SHOP-83"),
    Date.parse(own[0]?.committedAt ?? ""),
    first(({ object }) => object.externalId === number),
    Date.parse(merged?.at ?? ""),
    first(({ facts }) => facts.kind === "pipeline" && facts.commitSha === merge),
    ...["dev", "staging", "prod-eu"].map(deployed),
    first(({ facts }) => facts.kind === "incident" && facts.service === "search"),
  ];
  expect(order).toEqual(order.filter(Number.isFinite));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  const known = new Set(commits.map(({ sha }) => sha));
  expect(commits.flatMap(({ parents }) => parents).filter((parent) => !known.has(parent))).toEqual([]);
});

describe("what happens next", () => {
  test("is accepted by the adapters and never stands still", () => {
    const world = createWorld(5);
    tellPast(world, NOW);
    const scenes = Array.from({ length: 500 }, (_, move) => nextMove(world, NOW + move * 5000));
    expect(refused(scenes.flat())).toEqual([]);
    expect(scenes.filter((move) => move.length === 0)).toEqual([]);
    const steps = transitionsOf(scenes.flat()).map(({ step }) => step);
    expect(steps).toEqual(expect.arrayContaining(["running", "succeeded", "failed"]));
  });

  test("promotes to production too", () => {
    const world = createWorld(5);
    tellPast(world, NOW);
    const scenes = Array.from({ length: 300 }, (_, move) => nextMove(world, NOW + move * 5000)).flat();
    const reached = transitionsOf(scenes).map(({ facts }) => facts.environment);
    expect(reached).toEqual(expect.arrayContaining(["dev", "staging", "prod-eu", "prod-us"]));
  });
});
