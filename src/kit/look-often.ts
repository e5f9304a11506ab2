/** A worker's turns: it looks now and then, soon after something changed, and never twice at a time. */

interface Turns {
  look: () => Promise<void>;
  everyMs: number;
  /** What arrives within this time is looked at together. */
  soonMs: number;
  /** @returns stop listening */
  onChange: (changed: () => void) => () => void;
}

/** Looks at once, and then until it is stopped. It keeps no process alive. `stop` returns the turn that goes on, if one does. */
export function lookOften({ look, everyMs, soonMs, onChange }: Turns): { stop: () => Promise<void> | null } {
  let turn: Promise<void> | null = null;
  let soon: NodeJS.Timeout | null = null;
  let isStopping = false;

  const run = (): void => {
    if (isStopping) return;
    turn ??= look().finally(() => {
      turn = null;
    });
  };
  const stopListening = onChange(() => {
    soon ??= setTimeout(() => {
      soon = null;
      run();
    }, soonMs).unref();
  });
  const timer = setInterval(run, everyMs).unref();
  run();
  return {
    stop: () => {
      isStopping = true;
      stopListening();
      clearInterval(timer);
      if (soon !== null) clearTimeout(soon);
      return turn;
    },
  };
}
