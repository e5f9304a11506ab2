/** Waits for a run in the place of whoever asked: to its end, or until only a person can make it go on. */
import { isEnded } from "../../domain/pipeline/run-state.ts";
import { isCanceled } from "../../kit/canceled.ts";
import type { CommandContext } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { type RunView, viewOf } from "./say-run.ts";
import { tellProgress } from "./tell-progress.ts";

export async function followRun(
  id: string,
  { services, principal, signal, progress }: CommandContext<Services>,
  detach: boolean,
): Promise<RunView> {
  const { auto, store, baseUrl } = services;
  const isHere = baseUrl === null;
  // A server goes on without us; a command in the foreground is the run.
  if (detach && !isHere) {
    const state = store.runs.get(id);
    if (state !== null) return viewOf(state);
  }
  /** That a server ends is no reason to stop the run: the next one goes on with it. */
  const left = new AbortController();
  const interrupt = (): void => {
    if (!isHere && !isCanceled(signal)) {
      left.abort();
      return;
    }
    const data = { runId: id, how: "cancel", reason: "interrupted" } as const;
    auto.say({ type: "vice.run.cancel-asked.v1", data }, isHere ? null : principal.id).catch(() => {});
  };
  const told = tellProgress(services.processes, progress);
  if (signal.aborted) interrupt();
  else signal.addEventListener("abort", interrupt, { once: true });
  try {
    const state = await auto.follow(id, told.show, left.signal);
    return viewOf(isHere && !isEnded(state.head) ? (store.runs.get(id) ?? state) : state);
  } finally {
    told.stop();
    signal.removeEventListener("abort", interrupt);
  }
}
