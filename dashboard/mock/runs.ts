/** The runs of the mock: one that asks somebody, and some that have ended. */
import type { Run, RunLine, RunStep } from "../src/api/run-types.ts";

const MINUTE = 60_000;
const idOf = (n: number): string => `0193bbbb-0000-7000-8000-${String(n).padStart(12, "0")}`;
const ENDED = 60;

export function runLines(baseMs: number, open: boolean): RunLine[] {
  return open ? [lineOf(0, baseMs)] : Array.from({ length: ENDED }, (_, at) => lineOf(at + 1, baseMs));
}

function lineOf(n: number, baseMs: number): RunLine {
  const { steps, ...run } = runOf(n, baseMs);
  const counts = Object.groupBy(steps, ({ status }) => status);
  return {
    ...{ id: run.id, name: run.name, status: run.status, actor: run.actor, actorName: run.actorName },
    ...{ plannedAt: run.plannedAt, startedAt: run.startedAt, finishedAt: run.finishedAt, deployment: null },
    steps: steps.length,
    counts: { succeeded: counts.succeeded?.length ?? 0, failed: counts.failed?.length ?? 0 },
    asks: steps.filter(({ waits }) => waits?.for === "person").map(({ key }) => key),
    gates: [],
  };
}

export const runById = (id: string, baseMs: number): Run | null => {
  const n = Array.from({ length: ENDED + 1 }, (_, at) => at).find((at) => idOf(at) === id);
  return n === undefined ? null : runOf(n, baseMs);
};

function runOf(n: number, baseMs: number): Run {
  const at = (ms: number): string => new Date(baseMs - n * 47 * MINUTE + ms).toISOString();
  const isOpen = n === 0;
  const isFailed = n % 7 === 3;
  const over = isOpen ? "running" : isFailed ? "failed" : "succeeded";
  const step = (
    key: string,
    needs: string[],
    status: RunStep["status"],
    more: Partial<RunStep> = {},
  ): RunStep => {
    const isBegun = status !== "waiting" && status !== "skipped";
    return {
      ...{ key, kind: "run", needs, does: `npm run ${key}`, status, attempt: isBegun ? 1 : 0, attempts: 1 },
      startedAt: isBegun ? at(-5 * MINUTE) : null,
      finishedAt: isBegun && status !== "running" ? at(-4 * MINUTE) : null,
      ...{ retryAt: null, outputs: {}, error: null, group: null, asks: null, approvals: [], refused: null },
      waits: status === "waiting" ? { for: "steps", names: needs, until: null, why: null } : null,
      run: null,
      ...more,
    };
  };
  const ask = { note: "Ship it?", count: 1, self: true, checklist: [] };
  const last = isOpen ? "waiting" : isFailed ? "skipped" : "succeeded";
  return {
    ...{ id: idOf(n), name: "release", status: over, actor: "local", actorName: "local", deployment: null },
    ...{ reason: null, askedBy: null, parent: null, inputs: { version: `v1.${60 - n}.0` } },
    ...{ plannedAt: at(-5 * MINUTE), startedAt: at(-5 * MINUTE), finishedAt: isOpen ? null : at(0) },
    steps: [
      step("build", [], "succeeded", { outputs: { digest: "sha256:0f3a" } }),
      step("test", ["build"], isFailed ? "failed" : "succeeded", {
        error: isFailed ? "it ended with exit code 1" : null,
      }),
      step("ship", ["test"], isOpen ? "running" : last, {
        ...{ kind: "approve", does: "1 person must agree: Ship it?", asks: ask },
        waits: isOpen ? { for: "person", names: [], until: null, why: null } : null,
      }),
      step("deploy", ["ship"], last),
    ],
  };
}
