/** From the word of an unknown system to a step. */
import type { Step } from "../../../domain/transition.ts";
import { lookUp } from "../shaping.ts";
import { fits } from "./expression.ts";
import type { Mapping } from "./mapping.ts";

/** Words that mean the same everywhere; `completed` and `finished` do not: they may be failures. */
const USUAL: Readonly<Record<string, Step>> = {
  observed: "observed",
  requested: "requested",
  created: "requested",
  queued: "queued",
  pending: "queued",
  waiting: "waiting",
  blocked: "waiting",
  running: "running",
  in_progress: "running",
  inprogress: "running",
  started: "running",
  building: "running",
  deploying: "running",
  success: "succeeded",
  succeeded: "succeeded",
  successful: "succeeded",
  ok: "succeeded",
  passed: "succeeded",
  ready: "succeeded",
  failed: "failed",
  failure: "failed",
  fail: "failed",
  error: "failed",
  errored: "failed",
  timed_out: "failed",
  canceled: "canceled",
  cancelled: "canceled",
  aborted: "canceled",
  skipped: "canceled",
};

/** @returns the step, `ignore`, or `null` for a word that nobody explained */
export function stepOfWord(word: string, words: Mapping["words"]): Step | "ignore" | null {
  const own = Object.entries(words).find(([pattern]) => fits(pattern, word));
  return own?.[1] ?? lookUp(USUAL, word.toLowerCase()) ?? null;
}
