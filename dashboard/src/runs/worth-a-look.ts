/** Which step somebody wants to see who chose none: what went wrong, else what runs, else what was last. Pure. */
import type { RunStep } from "../api/run-types.ts";

type Known = Pick<RunStep, "status" | "startedAt" | "asks" | "kind">;

export function worthALook<Step extends Known>(steps: readonly Step[]): Step | undefined {
  const wrong = steps.find(({ status }) => status === "failed" || status === "unknown");
  const busy = steps.filter(({ status }) => status === "running" || status === "ready");
  const working = busy.find(({ asks }) => asks === null);
  const begun = steps.filter(({ startedAt, kind }) => startedAt !== null && kind !== "free");
  const last = begun.toSorted((a, b) => ((a.startedAt ?? "") < (b.startedAt ?? "") ? -1 : 1)).at(-1);
  return wrong ?? working ?? busy[0] ?? last ?? steps[0];
}
