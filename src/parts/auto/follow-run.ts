/** Waits for a run in the place of whoever asked: to its end, or until only a person can make it go on. */
import { isEnded, isSettled, type RunState, stepOf } from "../../domain/pipeline/run-state.ts";
import type { CommandContext } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { type RunView, viewOf } from "./say-run.ts";

export async function followRun(
  id: string,
  { services, signal, progress }: CommandContext<Services>,
  detach: boolean,
): Promise<RunView> {
  const { auto, store, baseUrl } = services;
  const isHere = baseUrl === null;
  const show = ({ plan, steps, head }: RunState): void => {
    const done = plan.steps.filter(({ key }) => isSettled(stepOf({ steps }, key))).length;
    const running = plan.steps.filter(({ key }) => stepOf({ steps }, key).status === "running");
    progress(done / plan.steps.length, running.map(({ key }) => key).join(", ") || head.status);
  };
  // A server goes on without us; a command in the foreground is the run.
  if (detach && !isHere) {
    const state = store.runs.get(id);
    if (state !== null) return viewOf(state);
  }
  const interrupt = (): void => {
    const data = { runId: id, how: "cancel", reason: "interrupted" } as const;
    auto.say({ type: "vice.run.cancel-asked.v1", data }, null).catch(() => {});
  };
  if (!isHere) return viewOf(await auto.follow(id, show, signal));
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    const state = await auto.follow(id, show, new AbortController().signal);
    return viewOf(isEnded(state.head) ? state : (store.runs.get(id) ?? state));
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
}
