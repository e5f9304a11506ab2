/** The run that a step is: its id, and what in it waits for somebody. */
import type { PlannedKind } from "../../domain/pipeline/pipeline-schema.ts";
import type { PlannedStep } from "../../domain/pipeline/plan.ts";
import { isEnded, type RunState, stepOf } from "../../domain/pipeline/run-state.ts";
import { type Wait, waitOf } from "../../domain/pipeline/waits.ts";
import type { Services } from "../../ports/services.ts";
import { childRunId } from "./steps/pipeline-step.ts";
import { lastLine } from "./tell-progress.ts";

export type KnownWait = Wait & { why: string | null };

type Parts = { store: Pick<Services["store"], "runs">; processes: Pick<Services["processes"], "log"> };

const INNER: ReadonlySet<PlannedKind> = new Set<PlannedKind>(["pipeline", "deploy", "restart"]);

/** @returns `null` = it is none, or has not begun */
export function innerRun({ head, steps }: RunState, { key, kind }: PlannedStep): string | null {
  const { attempt } = stepOf({ steps }, key);
  return INNER.has(kind) && attempt > 0 ? childRunId(`${head.id}/${key}/${attempt}`) : null;
}

/** The runs that its steps are now. */
function openInner(state: RunState, { runs }: Parts["store"]): Array<[step: string, RunState]> {
  return state.plan.steps.flatMap((step): Array<[string, RunState]> => {
    const id = stepOf(state, step.key).status === "running" ? innerRun(state, step) : null;
    const inner = id === null ? null : runs.get(id);
    return inner === null || isEnded(inner.head) ? [] : [[step.key, inner]];
  });
}

/** Steps that wait for a person, or whose run does. */
export function asksIn(state: RunState | null, store: Parts["store"]): string[] {
  if (state === null) return [];
  const own = state.plan.steps.filter((step) => waitOf(state, step)?.for === "person");
  const inner = openInner(state, store).filter(([, each]) => asksIn(each, store).length > 0);
  return [...own.map(({ key }) => key), ...inner.map(([key]) => key)];
}

/** Steps that wait until the rules allow it, or whose run does. */
export function gatesIn(state: RunState | null, store: Parts["store"]): string[] {
  if (state === null) return [];
  const own = state.plan.steps.filter((step) => waitOf(state, step)?.for === "rules");
  const inner = openInner(state, store).filter(([, each]) => gatesIn(each, store).length > 0);
  return [...own.map(({ key }) => key), ...inner.map(([key]) => key)];
}

/** A gate writes to its log what stands against it; a step that is a run waits for what that one waits for. */
export async function waitsBeside(state: RunState, parts: Parts): Promise<Map<string, KnownWait>> {
  const found = new Map<string, KnownWait>();
  if (isEnded(state.head)) return found;
  for (const step of state.plan.steps) {
    const wait = waitOf(state, step);
    if (wait?.for !== "rules") continue;
    found.set(step.key, { ...wait, why: await wordsOf(parts, state.head.id, step.key) });
  }
  for (const [key, inner] of openInner(state, parts.store)) {
    const first = await firstWait(inner, parts);
    if (first !== null) found.set(key, { for: "run", names: [inner.head.id], ...first });
  }
  return found;
}

async function firstWait(state: RunState, parts: Parts): Promise<Pick<KnownWait, "until" | "why"> | null> {
  const { id } = state.head;
  const [known] = (await waitsBeside(state, parts)).values();
  if (known !== undefined) return { until: known.until, why: known.why };
  for (const step of state.plan.steps) {
    const wait = waitOf(state, step);
    if (wait?.for === "person")
      return { until: wait.until, why: `somebody must agree: vice auto approve ${id} ${step.key}` };
  }
  return null;
}

async function wordsOf({ processes }: Parts, run: string, step: string): Promise<string | null> {
  const part = await processes.log(run, step, 0);
  return part === null ? null : lastLine(part.text, MOST_WORDS) || null;
}

const MOST_WORDS = 2000;
