// Runs read from the store are what the reducer makes of their events, also after a rebuild.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type House, openHouse, plainEvent, T0 } from "../../../../test/data-services.ts";
import type { EventData, EventType } from "../../../domain/event.ts";
import { decide, endedFact } from "../../../domain/pipeline/decide.ts";
import { pipelineSchema } from "../../../domain/pipeline/pipeline-schema.ts";
import { type Plan, plan } from "../../../domain/pipeline/plan.ts";
import { begin, type RunState, reduce } from "../../../domain/pipeline/run-state.ts";

let house: House;
beforeEach(() => {
  house = openHouse();
});
afterEach(() => house.close());

const say = <T extends EventType>(type: T, data: EventData[T]): void =>
  void house.store.log.append([{ delivery: null, events: [plainEvent(type, data)] }]);

const planned: Plan = (() => {
  const steps = { a: { run: "x" }, b: { run: "y", needs: "a" } };
  const planning = { name: "release", cwd: "/", inputs: {}, facts: {}, inner: {}, kinds: ["run"] as const };
  const made = plan(pipelineSchema.parse({ steps }), planning);
  if (made.plan === null) throw new Error("no plan");
  return made.plan;
})();

const idOf = (n: number): string => `0193f1c2-0000-7000-8000-${String(n).padStart(12, "0")}`;

/** Begins a run and plays it to its end. */
function play(n: number, endsAs: "succeeded" | "failed" | null): RunState {
  const data = { runId: idOf(n), plan: planned, parent: null };
  const told = {
    type: "vice.run.planned.v1",
    data,
    time: new Date(T0).toISOString(),
    actor: "local",
  } as const;
  say(told.type, data);
  let { events, state } = decide(begin(told), T0);
  for (let round = 0; round < 3; round += 1) {
    for (const event of events) say(event.type, event.data);
    const step = state.plan.steps.find(({ key }) => state.steps.get(key)?.status === "running");
    if (step === undefined || endsAs === null) break;
    const ended = endedFact(state, step, { outcome: endsAs, outputs: { n: "1" }, error: null }, T0);
    const next = decide(reduce(state, ended), T0);
    [events, state] = [[ended, ...next.events], next.state];
  }
  return state;
}

/** The log has the one who appended as actor, a decision has nobody. */
const bare = (state: RunState | null) => state && { ...state, head: { ...state.head, actor: null } };

test("get, list and open", () => {
  const states = [play(1, "succeeded"), play(2, "failed"), play(3, null)];
  const { runs } = house.store;
  expect(states.map(({ head }) => bare(runs.get(head.id)))).toEqual(states.map(bare));
  expect(runs.open()).toEqual([idOf(3)]);
  expect(runs.get(idOf(9))).toBeNull();
  const first = runs.list({}, 2, null);
  expect(first.items.map(({ id, status, steps, counts }) => [id, status, steps, counts])).toEqual([
    [idOf(3), "running", 2, { running: 1 }],
    [idOf(2), "failed", 2, { failed: 1, skipped: 1 }],
  ]);
  const second = runs.list({}, 2, first.next);
  expect([second.items.map(({ id }) => id), second.next]).toEqual([[idOf(1)], null]);
  expect(runs.list({ status: "failed" }, 9, null).items.map(({ id }) => id)).toEqual([idOf(2)]);
  expect(runs.list({ name: "other" }, 9, null).items).toEqual([]);
});

test("a rebuild tells the same", () => {
  play(1, "succeeded");
  const before = house.store.runs.get(idOf(1));
  house.store.maintenance.startRebuild();
  expect(house.store.runs.get(idOf(1))).toEqual(before);
});

test("an id may be given by its start, when only one begins so", () => {
  play(1, null);
  play(2, null);
  expect(house.store.runs.resolve(idOf(2))).toBe(idOf(2));
  expect(() => house.store.runs.resolve("0193f1")).toThrow("several ids");
  expect(() => house.store.runs.resolve("ffffff")).toThrow('There is no run "ffffff"');
});
