// From what is to be deployed to steps: only what the target can, and always a way back that fits.
import { describe, expect, test } from "vitest";
import { decide } from "../pipeline/decide.ts";
import { begin, type RunState, reduce, stepOf } from "../pipeline/run-state.ts";
import { type CompileOptions, compileDeployment } from "./compile.ts";
import { type DeploymentOutcome, outcomeOf } from "./outcome.ts";
import type { Operation, PlannedDeployment, Release } from "./release.ts";
import { STEP_VERBS, type StepVerb } from "./steps.ts";

const former: Release = { id: "r1", version: "v1", commitSha: null, artifact: null };
const deployment = (over: Partial<PlannedDeployment> = {}): PlannedDeployment => ({
  ...{ operation: "deploy", project: "shop", service: "shop", environment: "prod", tier: "production" },
  ...{ team: null, release: { id: null, version: "v2", commitSha: null, artifact: null }, former },
  ...{ target: { kind: "process", spec: {} }, config: null, checks: [{ type: "http" }], ...over },
});
const compiled = (over: Partial<PlannedDeployment> = {}, options: Partial<CompileOptions> = {}) =>
  compileDeployment(deployment(over), {
    ...{ verbs: new Set(STEP_VERBS), waitMs: 0, limits: {}, autoRollback: true, facts: {}, cwd: "/" },
    ...options,
  });
const keys = (...args: Parameters<typeof compiled>): string[] =>
  compiled(...args).steps.map(({ key }) => key);

describe("steps", () => {
  test.each<[string, Operation, readonly StepVerb[], Partial<PlannedDeployment>, string]>([
    [
      "everything",
      "deploy",
      STEP_VERBS,
      {},
      "gate prepare start health switch verify stop-former cleanup undo rollback free",
    ],
    ["a script", "deploy", ["switch", "rollback"], { checks: null }, "gate switch rollback free"],
    [
      "a script, for the first time",
      "deploy",
      ["switch", "rollback"],
      { former: null },
      "gate switch verify free",
    ],
    [
      "one that can be stopped, for the first time",
      "deploy",
      ["switch", "stop"],
      { former: null },
      "gate switch verify rollback free",
    ],
    ["going back", "rollback", STEP_VERBS, {}, "gate rollback verify free"],
    ["stopping", "stop", STEP_VERBS, {}, "gate stop free"],
    ["restarting", "restart", STEP_VERBS, { checks: [] }, "gate stop start health free"],
  ])("%s", (_name, operation, verbs, over, expected) => {
    expect(keys({ operation, ...over }, { verbs: new Set(verbs) }).join(" ")).toBe(expected);
  });
  test("no way back by itself when the project wants none, and each step has its time limit", () => {
    expect(keys({}, { autoRollback: false })).not.toContain("rollback");
    const { steps } = compiled({}, { limits: { switch: 5 } });
    expect(steps.filter(({ timeoutMs }) => timeoutMs === null).map(({ key }) => key)).toEqual(["gate"]);
    expect(steps.find(({ key }) => key === "switch")?.timeoutMs).toBe(5);
  });
  test("only new things are asked of all rules", () => {
    const rules = (operation: Operation): unknown => Object(compiled({ operation }).steps[0]?.spec)["rules"];
    expect([rules("deploy"), rules("promote"), rules("rollback"), rules("restart")]).toEqual([
      "all",
      "all",
      "lock",
      "lock",
    ]);
  });
});

type Ends = Record<string, "failed" | "unknown" | "succeeded" | "canceled">;

/** Carries a deployment out in the mind: every step ends as said, else well. */
function played(
  ends: Ends,
  over: Partial<PlannedDeployment> = {},
  stop?: { at: string; how: "cancel" | "abort" },
): RunState {
  const time = "2026-11-20T10:00:00.000Z";
  const plan = compiled(over);
  let state = begin({
    type: "vice.run.planned.v1",
    data: { runId: "r", plan, parent: null },
    time,
    actor: "kim",
  });
  const tell = (type: "vice.step.ended.v1" | "vice.run.cancel-asked.v1", data: object): void => {
    state = reduce(state, { type, data: { runId: "r", ...data }, time, actor: null } as Parameters<
      typeof reduce
    >[1]);
  };
  for (let turn = 0; turn < 100; turn += 1) {
    state = decide(state, Date.parse(time)).state;
    const running = plan.steps.find(({ key }) => stepOf(state, key).status === "running");
    if (running === undefined) return state;
    const { key } = running;
    const isStopped = stop?.at === key && state.head.asked === null;
    if (isStopped) {
      tell("vice.run.cancel-asked.v1", { how: stop.how, reason: "wrong version" });
      state = decide(state, Date.parse(time)).state;
    }
    const outcome = isStopped ? "canceled" : (ends[key] ?? "succeeded");
    const error = outcome === "succeeded" ? null : `${key} ${outcome}`;
    tell("vice.step.ended.v1", { step: key, attempt: 1, outcome, outputs: {}, error, retryAt: null });
  }
  throw new Error("it does not come to an end");
}

const ran = (state: RunState): string =>
  state.plan.steps
    .filter(({ key }) => stepOf(state, key).attempt > 0)
    .map(({ key }) => key)
    .join(" ");

describe("what becomes of it", () => {
  test.each<[Ends, DeploymentOutcome, boolean, string]>([
    [{}, "succeeded", true, "gate prepare start health switch verify stop-former cleanup free"],
    [{ gate: "failed" }, "refused", false, "gate free"],
    [{ prepare: "failed" }, "failed", false, "gate prepare free"],
    [{ start: "failed" }, "rolled-back", false, "gate prepare start undo free"],
    [{ health: "failed" }, "rolled-back", false, "gate prepare start health undo free"],
    [{ health: "failed", undo: "failed" }, "rollback-failed", true, "gate prepare start health undo free"],
    [{ switch: "failed" }, "rolled-back", false, "gate prepare start health switch rollback free"],
    [{ switch: "unknown" }, "rolled-back", false, "gate prepare start health switch rollback free"],
    [{ switch: "canceled" }, "rolled-back", false, "gate prepare start health switch rollback free"],
    [{ verify: "failed" }, "rolled-back", false, "gate prepare start health switch verify rollback free"],
    [
      { verify: "failed", rollback: "failed" },
      "rollback-failed",
      true,
      "gate prepare start health switch verify rollback free",
    ],
    [
      { verify: "failed", rollback: "unknown" },
      "rollback-failed",
      true,
      "gate prepare start health switch verify rollback free",
    ],
  ])("%j -> %s", (ends, outcome, changed, steps) => {
    const state = played(ends);
    expect([outcomeOf(state).outcome, outcomeOf(state).changed, ran(state)]).toEqual([
      outcome,
      changed,
      steps,
    ]);
  });
  test.each<[string, boolean, string]>([
    ["prepare", false, "gate prepare free"],
    ["start", false, "gate prepare start undo free"],
    ["switch", false, "gate prepare start health switch rollback free"],
    ["verify", false, "gate prepare start health switch verify rollback free"],
  ])("canceled in %s it goes back", (at, changed, steps) => {
    const state = played({}, {}, { at, how: "cancel" });
    expect([outcomeOf(state).outcome, outcomeOf(state).changed, ran(state)]).toEqual([
      "canceled",
      changed,
      steps,
    ]);
  });
  test.each([
    "cancel",
    "abort",
  ] as const)("what only clears away when it is told to stop (%s) is there", (how) => {
    const state = played({}, {}, { at: "cleanup", how });
    expect(outcomeOf(state)).toEqual({ outcome: "succeeded", reason: null, changed: true });
  });
  test("aborted it stays where it is and says so", () => {
    const state = played({}, {}, { at: "switch", how: "abort" });
    expect(outcomeOf(state)).toEqual({ outcome: "aborted", reason: "wrong version", changed: true });
    expect(ran(state)).toBe("gate prepare start health switch");
  });
  test("a rollback that was asked for and fails is a failure like another", () => {
    expect(outcomeOf(played({ rollback: "failed" }, { operation: "rollback" })).outcome).toBe("failed");
  });
});
