/** Progress where nothing can be redrawn: one plain line for each part that begins, ends or asks. */
import type { ProgressPart } from "../../../kit/command.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { printable } from "../../../kit/table.ts";
import type { OutputStream } from "../cli-options.ts";
import type { Progress } from "./progress.ts";

const SAID: Partial<Record<ProgressPart["state"], string>> = {
  runs: "runs",
  asks: "waits for a person",
  held: "waits",
  done: "done",
  failed: "failed",
};

/** Work without parts says nothing here: it is told at its end. */
export function linesOn(stream: OutputStream, now: () => number): Progress {
  const told = new Map<string, string>();
  return {
    show: (_share, _what, parts = []) => {
      for (const part of parts) {
        const { name, state, last } = part;
        // What stands in its way may change while it waits.
        const word = state === "held" ? `${state} ${last}` : state;
        if (told.get(name) === word) continue;
        told.set(name, word);
        if (SAID[state] !== undefined) stream.write(`${lineOf(part, now())}\n`);
      }
    },
    clear: () => {},
  };
}

/** `test failed, 3 s: it ended with exit code 1` */
export function lineOf({ name, state, startedMs, endedMs, last }: ProgressPart, nowMs: number): string {
  const isOver = state === "done" || state === "failed";
  const took = isOver && startedMs !== null ? `, ${sayDuration((endedMs ?? nowMs) - startedMs)}` : "";
  const why =
    (state === "failed" || state === "held") && last !== ""
      ? `: ${printable(
          last
            .split(/\s*\r?\n\s*/)
            .filter(Boolean)
            .join(" / "),
        )}`
      : "";
  return `${printable(name)} ${SAID[state] ?? state}${took}${why}`;
}
