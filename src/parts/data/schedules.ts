/** What a running server does by the clock: notes heads, forgets old bodies, makes backups and proves them. */
import { z } from "zod";
import type { Services } from "../../ports/services.ts";
import { makeBackup } from "./backup/make-backup.ts";
import { nextRunMs } from "./backup/next-run.ts";
import { drillBackup } from "./backup/restore.ts";
import { backOffMs } from "./intake/back-off.ts";
import { noteHead } from "./log/heads.ts";
import { dropBodies } from "./retention/drop-bodies.ts";
import { forgetRuns } from "./retention/forget-runs.ts";

export interface ScheduleParts {
  services: Services;
  now: () => number;
  onError: (error: unknown) => void;
  /** Hears what was done, for the log of the server. */
  onDone?: (name: string, result: unknown) => void;
}

export interface Schedules {
  /** Runs what is due; doors and tests call it, a running server does by itself. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

const TICK_MS = 20_000;
const HEAD_EVERY_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
const RETRY_FIRST_MS = 5 * 60_000;
const RETRY_LONGEST_MS = 60 * 60_000;
const STOP_MS = 3000;

/** How the last run went; under scope `schedule` in the state, for `doctor` and the page. */
const lastSchema = z.object({
  atMs: z.number(),
  failures: z.int(),
  problem: z.string().nullable(),
  result: z.unknown(),
});
export type LastRun = z.infer<typeof lastSchema>;

export const lastRun = (services: Pick<Services, "store">, name: string): LastRun | null =>
  lastSchema.safeParse(services.store.state.get("schedule", name)?.value).data ?? null;

interface Job {
  name: string;
  /** `null` = not configured. The last run may be none: then the start of the server counts. */
  dueMs: (services: Services, lastMs: number | null, startedMs: number) => number | null;
  run: (parts: ScheduleParts) => Promise<unknown>;
}

const JOBS: readonly Job[] = [
  {
    name: "heads",
    dueMs: (_services, lastMs) => (lastMs ?? 0) + HEAD_EVERY_MS,
    run: async ({ services, now }) => noteHead(services, now()),
  },
  {
    name: "prune",
    dueMs: ({ config }, lastMs) => (config.keepBodiesDays === null ? null : (lastMs ?? 0) + DAY_MS),
    run: ({ services, now }) =>
      dropBodies(services, now() - (services.config.keepBodiesDays ?? 0) * DAY_MS, now(), null),
  },
  {
    name: "prune-runs",
    dueMs: ({ config }, lastMs) => (config.keepRunsDays === null ? null : (lastMs ?? 0) + DAY_MS),
    run: ({ services, now }) =>
      forgetRuns(services, now() - (services.config.keepRunsDays ?? 0) * DAY_MS, now()),
  },
  {
    name: "backup",
    // one that fell into a time when the server was down is made up for
    dueMs: ({ config }, lastMs, startedMs) =>
      config.backup === null ? null : nextRunMs(config.backup.schedule, lastMs ?? startedMs),
    run: backupAndDrill,
  },
];

async function backupAndDrill({ services, now }: ScheduleParts): Promise<unknown> {
  const { backup } = services.config;
  if (backup === null) return null;
  const quiet = (): void => {};
  const { url, manifest } = await makeBackup(backup.url, { services, now, progress: quiet, actor: null });
  const made = { url, seq: manifest.seq, head: manifest.head };
  if (!backup.verify) return { ...made, proven: null };
  const { proof, tookMs } = await drillBackup(services, url, quiet);
  return { ...made, proven: { ...proof.counts, tookMs } };
}

/** Begins with what is due. One thing at a time; a failure is tried again sooner than the schedule says. */
export function startSchedules(parts: ScheduleParts): Schedules {
  const { services, now, onError, onDone = () => {} } = parts;
  const startedMs = now();
  let running: Promise<void> | null = null;
  let stopped = false;

  const dueMs = (job: Job): number | null => {
    const last = lastRun(services, job.name);
    if (last === null || last.failures === 0) return job.dueMs(services, last?.atMs ?? null, startedMs);
    const usual = job.dueMs(services, last.atMs, startedMs);
    return usual === null
      ? null
      : Math.min(usual, last.atMs + backOffMs(last.failures, 1, RETRY_FIRST_MS, RETRY_LONGEST_MS));
  };

  const runJob = async (job: Job): Promise<void> => {
    const due = dueMs(job);
    if (due === null || due > now()) return;
    const failures = lastRun(services, job.name)?.failures ?? 0;
    const note = (last: Omit<LastRun, "atMs">): void =>
      services.store.state.set("schedule", job.name, { atMs: now(), ...last }, now());
    try {
      const result = await job.run(parts);
      note({ failures: 0, problem: null, result: result ?? null });
      onDone(job.name, result);
    } catch (error) {
      onError(error);
      note({
        failures: failures + 1,
        problem: error instanceof Error ? error.message : String(error),
        result: null,
      });
    }
  };

  const tick = async (): Promise<void> => {
    for (const job of JOBS) {
      if (stopped) return;
      await runJob(job).catch(onError); // a schedule that is none, a full disk: the other jobs go on
    }
  };

  const run = (): Promise<void> => {
    running ??= tick().finally(() => {
      running = null;
    });
    return running;
  };

  const timer = setInterval(() => void run(), TICK_MS).unref();
  void run();
  return {
    tick: run,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, STOP_MS).unref())]);
    },
  };
}
