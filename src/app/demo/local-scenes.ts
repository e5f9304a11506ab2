/** What the people of Example Shop run on their laptops, as `vice run` and `vice event` would record it. */
import type { SpoolRecord } from "../../domain/spool.ts";
import { LOGINS, PEOPLE } from "./company.ts";
import { uuidOf } from "./random.ts";
import type { LocalScene, Release } from "./story.ts";
import type { World } from "./world.ts";

interface Habit {
  command: string;
  service: string | null;
  login: string;
  usualMs: number;
  /** Share of runs that fail. */
  failing: number;
}

const HABITS: readonly Habit[] = [
  { command: "npm run db:migrate", service: "accounts", login: "noor", usualMs: 21_000, failing: 0.1 },
  { command: "terraform plan", service: null, login: "sasha", usualMs: 48_000, failing: 0.15 },
  { command: "terraform apply", service: null, login: "sasha", usualMs: 190_000, failing: 0.1 },
  { command: "make load-test", service: "search", login: "kim", usualMs: 310_000, failing: 0.25 },
  { command: "./scripts/rotate-keys.sh", service: "payments", login: "lou", usualMs: 6000, failing: 0 },
  {
    command: "kubectl rollout restart deployment/shop",
    service: "shop",
    login: "robin",
    usualMs: 9000,
    failing: 0.05,
  },
  { command: "./scripts/reindex.sh --all", service: "search", login: "kim", usualMs: 900_000, failing: 0.1 },
];

/** Actions of this many days, a few each day. */
export function localHistory(world: World, nowMs: number, days: number): LocalScene[] {
  const perDay = 3;
  return Array.from({ length: days * perDay }, (_, index) => {
    const day = 86_400_000;
    const atMs = nowMs - (index / perDay) * day - world.random.between(60, 400) * 60_000;
    return localAction(world, atMs);
  }).flat();
}

/** One action of somebody who does it often. @param speed how much shorter than usual it takes */
export function localAction(world: World, startMs: number, speed = 1): LocalScene[] {
  const { random } = world;
  const { command, service, login, usualMs, failing } = random.pick(HABITS);
  const failed = random.happens(failing);
  const durationMs = Math.round((usualMs * (0.6 + random.next())) / speed);
  const by = random.happens(0.7) ? login : random.pick(LOGINS);
  const start = { kind: "action", name: command, service, environment: null, version: null };
  return scenes({
    id: uuidOf(`local ${world.nextNumber()}`),
    start,
    by,
    startMs,
    endMs: startMs + durationMs,
    failed,
  });
}

/** The same deployment seen by a second reporter: `vice run` inside the script that Jenkins runs. */
export function localDeployment({
  made,
  environment,
  startMs,
  endMs,
}: {
  made: Release;
  environment: string;
  startMs: number;
  endMs: number;
}): LocalScene[] {
  const start = {
    kind: "deployment",
    name: "./deploy.sh",
    service: made.service.name,
    environment,
    version: made.version,
  };
  return scenes({
    id: uuidOf(`local deployment ${made.number}`),
    start,
    by: made.login,
    startMs,
    endMs,
    failed: false,
  });
}

interface Told {
  id: string;
  start: {
    kind: string;
    name: string;
    service: string | null;
    environment: string | null;
    version: string | null;
  };
  by: string;
  startMs: number;
  endMs: number;
  failed: boolean;
}

function scenes({ id, start, by, startMs, endMs, failed }: Told): LocalScene[] {
  const at = (ms: number): string => new Date(ms).toISOString();
  const actor = { name: PEOPLE[by] ?? by, login: by };
  const tags = { host: `${by}-laptop`, command: start.name };
  const begun: SpoolRecord = { v: 1, op: "start", id, at: at(startMs), ...start, actor, tags };
  const ended: SpoolRecord = {
    ...{ v: 1, op: "end", id, at: at(endMs), durationMs: endMs - startMs },
    ...(failed
      ? { status: "failed", exitCode: 1, error: `${start.name} ended with exit code 1` }
      : { status: "succeeded", exitCode: 0 }),
  };
  return [
    { atMs: startMs, record: begun },
    { atMs: endMs, record: ended },
  ];
}
