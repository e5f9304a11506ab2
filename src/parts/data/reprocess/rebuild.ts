/** `vice data rebuild`: throws the read models away and builds them again from the log. */
import { z } from "zod";
import { dataCommand } from "../define-command.ts";

/** How long one piece of the work may hold the process. */
const BUDGET_MS = 50;
const WORDS = {
  rebuild: "building read models",
  rename: "naming activities",
  follow: "linking and counting",
} as const;

const output = z.strictObject({ events: z.int(), activities: z.int(), elapsedMs: z.number() });

export const rebuild = dataCommand({
  id: "data.rebuild",
  words: null,
  part: "data",
  summary:
    "Build everything that is shown again from the log. Stopped in between, it goes on at the next start.",
  examples: ["vice data rebuild", "vice greed rebuild"],
  effect: "write",
  scope: "admin",
  positional: [],
  input: z.object({}),
  output,
  run: async (_, { services, now, progress, signal }) => {
    const { maintenance } = services.store;
    const startedMs = now();
    maintenance.startRebuild();
    for (;;) {
      // Before each piece: a small log is built within one, and who has stopped by then is heard all the same.
      signal.throwIfAborted();
      const state = maintenance.work(BUDGET_MS);
      if (state.idle) break;
      progress(state.share, WORDS[state.what]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { seq, activities } = maintenance.health();
    return { events: seq, activities, elapsedMs: now() - startedMs };
  },
  text: ({ events, activities, elapsedMs }) =>
    `Built again: ${activities} activities from ${events} events in ${(elapsedMs / 1000).toFixed(1)} s.`,
});
