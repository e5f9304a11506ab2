// Who waits for what, as a table.
import { expect, test } from "vitest";
import { pipelineSchema } from "./pipeline-schema.ts";
import { plan } from "./plan.ts";
import type { RunState, StepState, StepStatus } from "./run-state.ts";
import { WAITING } from "./run-state.ts";
import { type Wait, waitOf } from "./waits.ts";

const AT = "2026-11-20T10:00:00.000Z";

function stateOf(
  steps: object,
  known: Record<string, StepStatus | Partial<StepState>>,
  more: { parallel?: number; status?: RunState["head"]["status"] } = {},
): RunState {
  const { parallel = 8, status = "running" } = more;
  const made = plan(pipelineSchema.parse({ steps, parallel }), {
    ...{ name: "p", cwd: "/", inputs: {}, facts: {}, inner: {} },
    kinds: ["run", "wait", "approve", "manual"],
  });
  if (made.plan === null) throw new Error("no plan");
  const head = { id: "r", status, plannedAt: AT, startedAt: AT, endedAt: null };
  const bodies = Object.entries(known).map(([key, given]): [string, StepState] => [
    key,
    { ...WAITING, intendedAt: AT, ...(typeof given === "string" ? { status: given } : given) },
  ]);
  return {
    head: { ...head, actor: null, parent: null, asked: null },
    plan: made.plan,
    steps: new Map(bodies),
  };
}

const a = { run: "true" };
const wait = (kind: Wait["for"], names: string[] = [], until: string | null = null): Wait => ({
  for: kind,
  names,
  until,
});

test.each<[what: string, state: RunState, wait: Wait | null]>([
  ["a step that runs", stateOf({ x: a }, { x: "running" }), null],
  ["a step that has ended", stateOf({ x: a }, { x: "failed" }), null],
  [
    "the steps before it that are open",
    stateOf({ x: { ...a, needs: ["b", "c"] }, b: a, c: a }, { b: "succeeded", c: "running" }),
    wait("steps", ["c"]),
  ],
  ["somebody who agrees", stateOf({ x: { approve: "ok?" } }, { x: "running" }), wait("person")],
  [
    "somebody who agrees in time",
    stateOf({ x: { approve: "ok?", timeout: "1h" } }, { x: "running" }),
    wait("person", [], "2026-11-20T11:00:00.000Z"),
  ],
  [
    "the clock",
    stateOf({ x: { wait: "1m" } }, { x: "running" }),
    wait("time", [], "2026-11-20T10:01:00.000Z"),
  ],
  ["its next try", stateOf({ x: a }, { x: { status: "ready", notBefore: AT } }), wait("time", [], AT)],
  ["a run that is resumed", stateOf({ x: a }, {}, { status: "paused" }), wait("resume")],
  [
    "another step of its group",
    stateOf({ x: { ...a, group: "g" }, y: { ...a, group: "g" } }, { y: "running" }),
    wait("group", ["y"]),
  ],
  ["another run in its group", stateOf({ x: { ...a, group: "other" } }, {}), wait("group", ["r2"])],
  [
    "room",
    stateOf({ x: a, y: a, z: { wait: "1m" } }, { y: "running", z: "running" }, { parallel: 1 }),
    wait("room", ["y"]),
  ],
  ["nothing: it is about to begin", stateOf({ x: a }, {}), null],
])("%s", (_what, state, expected) => {
  const step = state.plan.steps.find(({ key }) => key === "x");
  if (step === undefined) throw new Error("x");
  expect(waitOf(state, step, new Map([["other", "r2"]]))).toEqual(expected);
});
