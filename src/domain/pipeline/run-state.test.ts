// Runs as a state machine: any interleaving converges, nothing runs twice unasked, cancel and abort always end.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide, endedFact } from "./decide.ts";
import { pipelineSchema } from "./pipeline-schema.ts";
import { type Plan, plan } from "./plan.ts";
import type { RunFact } from "./run-events.ts";
import { begin, isEnded, isSettled, type RunState, reduce, stepOf } from "./run-state.ts";

const T0 = Date.parse("2026-11-20T10:00:00.000Z");

function planOf(steps: unknown, more: object = {}): Plan {
  const made = plan(pipelineSchema.parse({ steps, ...more }), {
    ...{ name: "p", cwd: "/", inputs: {}, facts: {}, inner: {} },
    kinds: ["run", "wait", "approve", "manual"],
  });
  if (made.plan === null) throw new Error(made.problems.map(({ problem }) => problem).join());
  return made.plan;
}

const fact = <T extends RunFact["type"]>(
  type: T,
  data: object,
  nowMs = T0,
  actor: string | null = "local",
): RunFact =>
  ({ type, data: { runId: "r", ...data }, time: new Date(nowMs).toISOString(), actor }) as RunFact;

const begun = (made: Plan): RunState =>
  begin(fact("vice.run.planned.v1", { plan: made, parent: null }) as Parameters<typeof begin>[0]);

/** A run that a test plays by hand. */
function playing(steps: unknown, more: object = {}) {
  const play = {
    state: begun(planOf(steps, more)),
    nowMs: T0,
    log: [] as RunFact[],
    wakeAt: null as number | null,
    go: (...facts: RunFact[]) => {
      for (const each of facts) play.state = reduce(play.state, each);
      const { events, wakeAt, state } = decide(play.state, play.nowMs);
      play.log.push(...facts, ...events);
      play.state = state;
      play.wakeAt = wakeAt;
      return play;
    },
    end: (key: string, outcome: "succeeded" | "failed" | "unknown" = "succeeded", outputs = {}) => {
      const step = play.state.plan.steps.find((each) => each.key === key);
      if (step === undefined) throw new Error(key);
      return play.go(endedFact(play.state, step, { outcome, outputs, error: null }, play.nowMs));
    },
    ask: (how: "cancel" | "abort") =>
      play.go(fact("vice.run.cancel-asked.v1", { how, reason: "x" }, play.nowMs)),
    at: (nowMs: number) => {
      play.nowMs = nowMs;
      return play.go();
    },
    said: () =>
      Object.fromEntries(play.state.plan.steps.map(({ key }) => [key, stepOf(play.state, key).status])),
    get status() {
      return play.state.head.status;
    },
  };
  return play.go();
}

const x = { run: "x" };

describe("a run", () => {
  test("does independent steps together and dependent ones in order", () => {
    const play = playing({ a: x, b: x, c: { ...x, needs: ["a", "b"] } });
    expect(play.said()).toEqual({ a: "running", b: "running", c: "waiting" });
    expect(play.end("a").said()["c"]).toBe("waiting");
    expect(play.end("b").said()["c"]).toBe("running");
    expect(play.end("c").status).toBe("succeeded");
  });

  test("skips what follows a failure, but not what asks for it", () => {
    const play = playing({
      a: x,
      b: { ...x, needs: "a" },
      undo: { ...x, needs: "b", if: "failure()" },
      tidy: { ...x, needs: "b", if: "always()" },
    }).end("a", "failed");
    expect(play.said()).toEqual({ a: "failed", b: "skipped", undo: "running", tidy: "running" });
    expect(play.end("undo").end("tidy").status).toBe("failed");
  });

  test("a step may ask what became of one before it, and how often that was begun", () => {
    const ask = (condition: string) => ({ ...x, needs: ["a", "b"], if: `always() && ${condition}` });
    const play = playing({
      a: { ...x, retry: { times: 1, backoff: 0 } },
      b: { ...x, needs: "a" },
      undo: ask("steps.a.status == 'failed' && steps.b.attempts == 0"),
      calm: ask("steps.a.attempts < 2"),
    });
    play.end("a", "failed").end("a", "failed");
    expect(play.said()).toEqual({ a: "failed", b: "skipped", undo: "running", calm: "skipped" });
  });

  test("a step that its own condition skips does not stop what follows", () => {
    const play = playing({
      a: x,
      b: { ...x, needs: "a", if: "outputs.a.go == 'yes'" },
      c: { ...x, needs: "b" },
    });
    expect(play.end("a", "succeeded", { go: "no" }).said()).toEqual({
      a: "succeeded",
      b: "skipped",
      c: "running",
    });
  });

  test("tries again later each time, and no oftener than asked", () => {
    const play = playing({ a: { ...x, retry: { times: 2, backoff: "1s" } } }).end("a", "failed");
    expect([play.said()["a"], play.wakeAt]).toEqual(["ready", T0 + 1000]);
    expect(play.at(T0 + 1000).said()["a"]).toBe("running");
    expect(play.end("a", "failed").wakeAt).toBe(T0 + 1000 + 2000);
    expect(play.at(T0 + 3000).end("a", "failed").status).toBe("failed");
    expect(play.log.filter(({ type }) => type === "vice.step.intended.v1")).toHaveLength(3);
  });

  test("an outcome that nobody knows is no success", () => {
    expect(
      playing({ a: x, b: { ...x, needs: "a" } })
        .end("a", "unknown")
        .said(),
    ).toEqual({ a: "unknown", b: "skipped" });
  });

  test("a promised output that is missing is a failure", () => {
    const play = playing({ a: { ...x, outputs: ["version"] } }).end("a");
    expect(stepOf(play.state, "a")).toMatchObject({ status: "failed", error: "it gave no output version" });
  });

  test("keeps to its width, and to one of a group", () => {
    const wide = playing({ a: x, b: x, c: x }, { parallel: 2 });
    expect(wide.said()).toEqual({ a: "running", b: "running", c: "waiting" });
    expect(wide.end("a").said()["c"]).toBe("running");
    const grouped = playing({ a: { ...x, group: "db" }, b: { ...x, group: "db" } });
    expect(grouped.said()["b"]).toBe("waiting");
    expect(grouped.end("a").said()["b"]).toBe("running");
    expect(decide(begun(planOf({ a: { ...x, group: "db" } })), T0, new Set(["db"])).events).toHaveLength(1);
  });

  test("waits by the clock", () => {
    const play = playing({ a: { wait: "5m" } });
    expect(play.wakeAt).toBe(T0 + 300_000);
    expect(play.at(T0 + 299_999).status).toBe("running");
    expect(play.at(T0 + 300_000).status).toBe("succeeded");
  });

  test("pauses before the next step and goes on", () => {
    const play = playing({ a: x, b: { ...x, needs: "a" } });
    play.go(fact("vice.run.paused.v1", { reason: "lunch" })).end("a");
    expect([play.status, play.said()["b"]]).toEqual(["paused", "waiting"]);
    expect(play.go(fact("vice.run.resumed.v1", { reason: "back" })).said()["b"]).toBe("running");
  });

  test("that is paused tries a step again when it goes on", () => {
    const play = playing({ a: { ...x, retry: 1 } });
    play.go(fact("vice.run.paused.v1", { reason: "lunch" })).end("a", "failed");
    expect([play.status, play.at(T0 + 5000).said()["a"]]).toEqual(["paused", "ready"]);
    expect(play.go(fact("vice.run.resumed.v1", { reason: "back" })).said()["a"]).toBe("running");
  });

  test("takes the approvals that it asks for, each of another one", () => {
    const play = playing({ ok: { approve: { count: 2 } } });
    const agree = (who: string) =>
      play.go(fact("vice.step.approved.v1", { step: "ok", note: null }, T0, who));
    agree("robin");
    expect(agree("robin").status).toBe("running");
    expect(agree("kim").status).toBe("succeeded");
  });

  test("a refusal and silence are failures", () => {
    const refused = playing({ ok: { manual: "look" } }).go(
      fact("vice.step.refused.v1", { step: "ok", reason: "no" }),
    );
    expect(stepOf(refused.state, "ok")).toMatchObject({ status: "failed", error: "refused: no" });
    expect(playing({ ok: { approve: "?", timeout: "1h" } }).at(T0 + 3_600_000).status).toBe("failed");
  });

  test("a cancel cleans up and ends; one that hangs becomes an abort, which ends", () => {
    const steps = { a: x, b: { ...x, needs: "a" }, tidy: { ...x, needs: "b", if: "always()" } };
    const play = playing(steps).ask("cancel");
    expect(play.end("a").said()).toEqual({ a: "succeeded", b: "canceled", tidy: "running" });
    expect(play.end("tidy").status).toBe("canceled");
    const hanging = playing(steps)
      .ask("cancel")
      .at(T0 + 600_000);
    expect(hanging.status).toBe("aborting");
    expect(hanging.at(T0 + 615_000).status).toBe("aborted");
    expect(hanging.said()).toEqual({ a: "unknown", b: "canceled", tidy: "canceled" });
  });

  test("a time limit cancels", () => {
    expect(playing({ a: x }, { timeout: "1m" }).at(T0 + 60_000).status).toBe("canceling");
  });
});

/** Small graphs in which a step needs earlier ones. */
const graphs = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(5), { maxLength: 3 }),
      form: fc.constantFrom(
        { run: "x" },
        { run: "x", retry: { times: 1, backoff: "1s" } },
        { run: "x", group: "g" },
        { run: "x", if: "always()" },
        { run: "x", if: "failure()" },
        { wait: "2s" },
        { approve: { self: true } },
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) =>
    Object.fromEntries(
      all.map(({ needs, form }, at) => [
        `s${at}`,
        { ...form, needs: [...new Set(needs)].filter((n) => n < at).map((n) => `s${n}`) },
      ]),
    ),
  );

const moves = fc.array(
  fc.record({
    what: fc.constantFrom(
      "end",
      "fail",
      "lose",
      "approve",
      "refuse",
      "pause",
      "resume",
      "cancel",
      "abort",
      "later",
      "stray",
    ),
    step: fc.nat(5),
  }),
  { maxLength: 40 },
);
type Move = { what: string; step: number };

function apply(play: ReturnType<typeof playing>, { what, step }: Move): void {
  const key = `s${step}`;
  const state = stepOf(play.state, key);
  const kind = play.state.plan.steps.find((each) => each.key === key)?.kind;
  const ends = { end: "succeeded", fail: "failed", lose: "unknown" } as const;
  const outcome = ends[what as keyof typeof ends];
  if (outcome !== undefined && kind === "run" && state.status === "running") play.end(key, outcome);
  if (what === "approve") play.go(fact("vice.step.approved.v1", { step: key, note: null }));
  if (what === "refuse") play.go(fact("vice.step.refused.v1", { step: key, reason: "no" }));
  if (what === "pause") play.go(fact("vice.run.paused.v1", { reason: "x" }));
  if (what === "resume") play.go(fact("vice.run.resumed.v1", { reason: "x" }));
  if (what === "cancel" || what === "abort") play.ask(what);
  if (what === "later") play.at(play.nowMs + 1500);
  // An outcome of an attempt that is over, told late.
  const late = {
    step: key,
    attempt: state.attempt - 1,
    outcome: "succeeded",
    outputs: {},
    error: null,
    retryAt: null,
  };
  if (what === "stray") play.go(fact("vice.step.ended.v1", late));
}

/** Everybody does what is theirs until nothing is left to do. */
function playOut(play: ReturnType<typeof playing>): void {
  for (let round = 0; round < 200 && !isEnded(play.state.head); round += 1) {
    for (const { key, kind } of play.state.plan.steps) {
      if (stepOf(play.state, key).status !== "running") continue;
      if (kind === "run") play.end(key);
      if (kind === "approve") play.go(fact("vice.step.approved.v1", { step: key, note: null }));
    }
    play.go(fact("vice.run.resumed.v1", { reason: "x" }));
    play.at(play.wakeAt ?? play.nowMs);
  }
}

const runs = Number(process.env["VICE_TEST_LEVEL"] === "soak" ? 20_000 : 400);

describe("whatever happens in whatever order", () => {
  test("it ends, no step runs before its needs, and none twice without being asked", () => {
    fc.assert(
      fc.property(graphs, moves, (steps, list) => {
        const play = playing(steps);
        for (const move of list) apply(play, move);
        playOut(play);
        expect(isEnded(play.state.head)).toBe(true);
        let state = begun(play.state.plan);
        for (const each of play.log) {
          if (each.type === "vice.step.intended.v1") {
            const { step: key, attempt } = each.data;
            const planned = state.plan.steps.find((one) => one.key === key);
            expect(planned?.needs.every((need) => isSettled(stepOf(state, need)))).toBe(true);
            expect(attempt).toBeLessThanOrEqual(1 + (planned?.retry.times ?? 0));
            expect(stepOf(state, key).status).not.toBe("running");
          }
          state = reduce(state, each);
        }
        expect(state).toEqual(play.state);
        const intents = play.log.filter(({ type }) => type === "vice.step.intended.v1");
        expect(new Set(intents.map(({ data }) => ("key" in data ? data.key : ""))).size).toBe(intents.length);
        expect(play.state.plan.steps.every(({ key }) => isSettled(stepOf(play.state, key)))).toBe(true);
      }),
      { numRuns: runs },
    );
  });

  test.each([
    "cancel",
    "abort",
  ] as const)("%s is accepted and ends, though no step ever says a word again", (how) => {
    fc.assert(
      fc.property(graphs, moves, (steps, list) => {
        const play = playing(steps);
        for (const move of list) apply(play, move);
        const wasEnded = isEnded(play.state.head);
        play.ask(how);
        if (!wasEnded && how === "abort") expect(["aborting", "aborted"]).toContain(play.status);
        for (let round = 0; round < 20 && play.wakeAt !== null; round += 1) play.at(play.wakeAt);
        expect(isEnded(play.state.head)).toBe(true);
        const before = play.state.head;
        for (const move of list) apply(play, move);
        expect(play.state.head).toEqual(before);
      }),
      { numRuns: runs },
    );
  });

  test("asking again without news gives nothing new", () => {
    fc.assert(
      fc.property(graphs, moves, (steps, list) => {
        const play = playing(steps);
        for (const move of list) apply(play, move);
        expect(decide(play.state, play.nowMs).events).toEqual([]);
      }),
      { numRuns: runs },
    );
  });
});
