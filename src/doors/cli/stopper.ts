/** Ctrl-C: the first one asks what writes to stop cleanly, the second one ends the process and says what is left; readers just end. */
import type { OutputStream } from "./cli-options.ts";
import type { Progress } from "./output/progress.ts";

/** What is known of the work while it goes on. */
export interface Work {
  /** Whether a server carries it out, which outlives this process. */
  isAtServer: boolean;
  /** The run of a pipeline or deployment that it is. */
  run: string | null;
}

export interface Stopper {
  signal: AbortSignal;
  work: Work;
  release: () => void;
}

export function stopper(isWanted: boolean, progress: Progress, stderr: OutputStream): Stopper {
  const controller = new AbortController();
  const work: Work = { isAtServer: false, run: null };
  const say = (text: string): void => {
    progress.clear();
    stderr.write(`${text}\n`);
  };
  const end = (): void => {
    say(leftOf(work));
    // As if nobody had listened: whoever started this process sees what ended it.
    process.kill(process.pid, "SIGINT");
  };
  const abort = (): void => {
    process.once("SIGINT", end);
    if (work.isAtServer)
      say("The server is asked to stop it; its end is waited for. ^C again does not wait.");
    controller.abort();
  };
  if (isWanted) process.once("SIGINT", abort);
  const release = (): void => {
    process.removeListener("SIGINT", abort);
    process.removeListener("SIGINT", end);
  };
  return { signal: controller.signal, work, release };
}

function leftOf({ isAtServer, run }: Work): string {
  if (isAtServer) {
    const look = run === null ? "vice auto runs" : `vice auto show ${run}`;
    return `The server was asked to stop it and goes on with that. How it ends: ${look}`;
  }
  if (run === null) return "It is left as it is. What is done stays done.";
  return `The run is left as it is. Bring it to its end: vice auto resume ${run} --reason "..."`;
}
