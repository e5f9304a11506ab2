/** What became of deployments: table of lines V1 V2 V3 ..., and the edge cases of incidents and repairs. */
import { expect, test } from "vitest";
import type { Delivered, Incident } from "./delivered.ts";
import { BITS, type Bit, type Outcome } from "./outcome.ts";
import { deploymentOf, outcomesOf } from "./outcomes.ts";

const HOUR = 3_600_000;

/** A word each: `deploy`, `rollback`, `hotfix`, `revert`, `redeploy`, `failed`, `config`; one each hour from 0. */
function line(words: string, over: Partial<Delivered> = {}): Delivered[] {
  return words.split(" ").map((word, at) => ({
    id: `d${at}`,
    ...{ service: "shop", environment: "prod", tenant: "", tier: "production", team: "pay", parentId: null },
    finishMs: at * HOUR,
    status: word === "failed" || word === "canceled" ? word : "succeeded",
    kind: word === "rollback" || word === "redeploy" || word === "config" ? word : "deploy",
    remedy: word === "rollback" || word === "hotfix" || word === "revert" ? word : null,
    fixes: null,
    ...over,
  }));
}
const incident = (atHours: number, over: Partial<Incident> = {}): Incident => ({
  ...{ id: "i1", service: "shop", environment: "", endedMs: null, toldMs: null, cause: null },
  beganMs: atHours * HOUR,
  ...over,
});
const has = (outcomes: Map<string, Outcome>, bit: Bit): string =>
  [...outcomes]
    .filter(([, { bits }]) => (bits & BITS[bit]) !== 0)
    .map(([id]) => id)
    .join(" ");

test.each([
  ["deploy deploy deploy rollback", { failed: "d2", rework: "d3", change: "d0 d1 d2", open: "" }],
  ["deploy deploy redeploy rollback", { failed: "d1", deployed: "d0 d1 d3" }],
  ["deploy hotfix", { failed: "d0", rework: "d1", change: "d0 d1" }],
  ["deploy failed revert", { failed: "d0", failedAttempt: "d1" }],
  ["deploy deploy rollback rollback", { failed: "d1", rework: "d2 d3" }],
  ["deploy config canceled deploy", { failed: "", deployed: "d0 d3", canceled: "d2", succeeded: "d0 d3" }],
])("%s", (words, expected) => {
  const outcomes = outcomesOf(line(words), []);
  for (const [bit, ids] of Object.entries(expected)) expect(has(outcomes, bit as Bit), bit).toBe(ids);
});

test("the repair is timed from the finish of what failed to the finish of what repaired it", () => {
  expect(outcomesOf(line("deploy deploy rollback"), []).get("d1")).toMatchObject({
    recoveryMs: HOUR,
    causes: [{ id: "d2", what: "rollback" }],
  });
});

test("an incident fails the deployment of its service that ran when it began; open until it ends", () => {
  const both = [
    ...line("deploy deploy"),
    ...line("deploy deploy", { service: "cart" }).map((each) => ({ ...each, id: `c${each.id}` })),
  ];
  const open = outcomesOf(both, [incident(0.5)]);
  expect([has(open, "failed"), has(open, "open")]).toEqual(["d0", "d0"]);
  const ended = outcomesOf(both, [incident(1.5, { endedMs: 4 * HOUR })]);
  expect(has(ended, "failed")).toBe("d1");
  expect(ended.get("d1")).toMatchObject({ recoveryMs: 3 * HOUR, causes: [{ id: "i1", what: "incident" }] });
});

test("a repair that was deployed counts before the end of the incident; without one all incidents must have ended", () => {
  const repaired = outcomesOf(line("deploy rollback"), [incident(0.5)]);
  expect(repaired.get("d0")).toMatchObject({ recoveryMs: HOUR });
  const two = [incident(0.2, { endedMs: 2 * HOUR }), incident(0.3, { id: "i2" })];
  expect(has(outcomesOf(line("deploy"), two), "open")).toBe("d0");
});

test("what is said about the cause goes before the clock; `none` is no change's fault", () => {
  const deployed = line("deploy deploy");
  expect(deploymentOf(incident(5, { cause: "d0" }), deployed)).toBe("d0");
  expect(deploymentOf(incident(5, { cause: "none" }), deployed)).toBeNull();
  expect(deploymentOf(incident(-1), deployed)).toBeNull();
  expect(deploymentOf(incident(5, { environment: "stage" }), deployed)).toBeNull();
});

test("a deployment that says which one it fixes leaves the one before it alone", () => {
  const [first, second, third] = line("deploy deploy deploy");
  if (first === undefined || second === undefined || third === undefined) throw new Error("three");
  const outcomes = outcomesOf([first, second, { ...third, remedy: "fix", fixes: "d0" }], []);
  expect(has(outcomes, "failed")).toBe("d0");
  expect(outcomes.get("d0")).toMatchObject({ recoveryMs: 2 * HOUR, causes: [{ id: "d2", what: "fix" }] });
});
