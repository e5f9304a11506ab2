/** Starts applications again that ended by themselves, while a server runs; also after the machine was started anew. */
import { existsSync } from "node:fs";
import { endAll, findMarked, isAlive } from "./alive.ts";
import { readEnvironment } from "./app.ts";
import { freePort, isFree, launch, note } from "./launch.ts";
import { rotate } from "./log-file.ts";
import { type AppPlace, appPlace, currentOf, notedRoots } from "./place.ts";
import { type AppRelease, changeRelease, readState } from "./state.ts";
import { writeWhole } from "./write-whole.ts";

export interface SuperviseOptions {
  home: string;
  /** What it did. */
  onRestart: (told: { root: string; version: string | null; times: number }) => void;
  onError: (error: unknown) => void;
  everyMs?: number;
  /** The first pause before a restart; it doubles up to 64 times of it. */
  pauseMs?: number;
}

/** It has stayed up so long that the next end is a new story. */
const STEADY_MS = 60_000;
const NEVER = new AbortController().signal;

interface Seen {
  times: number;
  notBefore: number;
}

/** @returns stops; what runs goes on */
export function supervise(options: SuperviseOptions): () => Promise<void> {
  const { home, onError, everyMs = 1000 } = options;
  const seen = new Map<string, Seen>();
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const turn = async (): Promise<void> => {
    for (const root of notedRoots(home)) {
      if (isStopped) return;
      await watchOver(appPlace(root), seen, options).catch(onError);
    }
  };
  let running = Promise.resolve();
  const again = (): void => {
    running = turn().finally(() => {
      if (!isStopped) timer = setTimeout(again, everyMs).unref();
    });
  };
  again();
  return async () => {
    isStopped = true;
    clearTimeout(timer);
    await running;
  };
}

async function watchOver(place: AppPlace, seen: Map<string, Seen>, options: SuperviseOptions): Promise<void> {
  const { watched, releases, fixedPort } = readState(place);
  const id = currentOf(place);
  const release = id === null ? undefined : releases[id];
  if (id === null || release === undefined) return;
  rotate(place.log(id));
  if (!watched || isAlive(release.process)) return;
  const now = Date.now();
  const known = seen.get(place.root);
  const upMs = now - Date.parse(release.process?.startedAt ?? new Date(0).toISOString());
  const before = known === undefined || (known.notBefore < now && upMs > STEADY_MS) ? null : known;
  if (before !== null && now < before.notBefore) return;
  const times = (before?.times ?? 0) + 1;
  const { pauseMs = 1000 } = options;
  seen.set(place.root, { times, notBefore: now + pauseMs * 2 ** Math.min(times - 1, 6) });
  if (await restart(place, release, fixedPort))
    options.onRestart({ root: place.root, version: release.version, times });
}

/** @returns whether it was started */
async function restart(place: AppPlace, release: AppRelease, fixedPort: number | null): Promise<boolean> {
  const { id, argv, graceMs } = release;
  const env = readEnvironment(place, id);
  if (env === null || !existsSync(place.release(id))) return false;
  const marker = place.marker(id);
  const orphan = findMarked(marker);
  if (orphan !== null && release.port !== null) {
    const startedAt = new Date().toISOString();
    changeRelease(place, null, id, { process: { ...orphan, port: release.port, startedAt } });
    return false;
  }
  // What the ended process started may still hold the port.
  await endAll(null, marker, { graceMs, signal: NEVER });
  const port = await portFor(fixedPort, release.port);
  // A deployment or a stop may have come meanwhile: then it is theirs.
  const state = readState(place);
  if (port === null || !state.watched || currentOf(place) !== id) return false;
  note(place.log(id), "started again");
  const started = await launch(place, { id, argv, env, port });
  const after = changeRelease(place, null, id, { port, process: started });
  if (!after.watched || currentOf(place) !== id || after.releases[id] === undefined) {
    await endAll(started, marker, { graceMs, signal: NEVER });
    return false;
  }
  writeWhole(place.port, `${port}\n`);
  return true;
}

async function portFor(fixed: number | null, former: number | null): Promise<number | null> {
  const wanted = fixed ?? former;
  if (wanted !== null && (await isFree(wanted))) return wanted;
  return fixed === null ? freePort(new Set()) : null;
}
