/** Tells whoever looks on how far a run is: its steps, and what those that run wrote last. */
import { stripVTControlCharacters } from "node:util";
import { isSettled, type RunState, type StepStatus, stepOf } from "../../domain/pipeline/run-state.ts";
import { waitOf } from "../../domain/pipeline/waits.ts";
import type { CommandContext, ProgressPart } from "../../kit/command.ts";
import type { ProcessRunner } from "../../ports/process-runner.ts";

type Tell = CommandContext<never>["progress"];

const LOOK_EVERY_MS = 500;
/** Of a line that is shown in passing. */
const LONGEST_LINE = 300;

interface Seen {
  /** Up to which byte its log was read. */
  from: number;
  last: string;
}

export interface Telling {
  show: (state: RunState) => void;
  stop: () => void;
}

export function tellProgress(processes: Pick<ProcessRunner, "log">, progress: Tell): Telling {
  const seen = new Map<string, Seen>();
  let newest: RunState | null = null;
  let isLooking = false;
  const tell = (state: RunState): void => {
    const { plan, head } = state;
    const done = plan.steps.filter(({ key }) => isSettled(stepOf(state, key))).length;
    const parts = partsOf(state, (key) => seen.get(key)?.last ?? "");
    const running = parts.filter(
      (part) => part.state === "runs" || part.state === "asks" || part.state === "held",
    );
    const names = running.map(({ name }) => name).join(", ");
    progress(done / plan.steps.length, names || head.status, parts, head.id);
  };
  const look = async (state: RunState): Promise<void> => {
    const running = state.plan.steps.filter(({ key }) => stepOf(state, key).status === "running");
    const grown = await Promise.all(running.map(({ key }) => read(processes, state.head.id, key, seen)));
    if (newest !== null && grown.includes(true)) tell(newest);
  };
  const timer = setInterval(() => {
    if (newest === null || isLooking) return;
    isLooking = true;
    // A log that cannot be read now is read later, or not: the run is what counts.
    look(newest)
      .catch(() => {})
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_EVERY_MS).unref();
  return {
    show: (state) => {
      newest = state;
      tell(state);
    },
    stop: () => {
      newest = null;
      clearInterval(timer);
    },
  };
}

/** @returns whether there is something new */
async function read(
  processes: Pick<ProcessRunner, "log">,
  run: string,
  key: string,
  seen: Map<string, Seen>,
): Promise<boolean> {
  const before = seen.get(key) ?? { from: 0, last: "" };
  const part = await processes.log(run, key, before.from);
  if (part === null || part.next === before.from) return false;
  seen.set(key, { from: part.next, last: lastLine(part.text) || before.last });
  return true;
}

export const lastLine = (text: string, most = LONGEST_LINE): string => {
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/);
  return (lines.findLast((line) => line.trim() !== "") ?? "").trim().slice(0, most);
};

const STATES: Record<StepStatus, ProgressPart["state"]> = {
  ...{ waiting: "waits", ready: "waits", running: "runs", succeeded: "done", failed: "failed" },
  ...{ skipped: "left", canceled: "left", unknown: "failed" },
};

const msOf = (at: string | null): number | null => (at === null ? null : Date.parse(at));

/** @param lastOf what a step wrote last */
export function partsOf(state: RunState, lastOf: (key: string) => string): ProgressPart[] {
  return state.plan.steps.map((step) => {
    const { status, intendedAt, endedAt, error, attempt } = stepOf(state, step.key);
    const wait = waitOf(state, step)?.for;
    const asks = wait === "person";
    const isOver = STATES[status] === "done" || STATES[status] === "failed";
    const tried = status === "ready" ? `try ${attempt} failed: ${error ?? ""}` : "";
    const last = error !== null && isOver ? error : status === "running" ? lastOf(step.key) : tried;
    return {
      name: step.key,
      state: asks ? "asks" : wait === "rules" && last !== "" ? "held" : STATES[status],
      startedMs: status === "running" || isOver ? msOf(intendedAt) : null,
      endedMs: isOver ? msOf(endedAt) : null,
      last: asks ? `vice auto approve ${state.head.id} ${step.key}` : last,
    };
  });
}
