/** What tells Example Shop whether a deployment works: a smoke test after each to production, and now and then an alarm. Pure. */
import type { SpoolRecord } from "../../domain/spool.ts";
import { UNMATCHED } from "./company.ts";
import { uuidOf } from "./random.ts";
import type { Hook, LocalScene, Rollout } from "./story.ts";
import { alarmHooks } from "./tools/alarms.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const COMMAND = "./scripts/smoke-test.sh";

/** Nobody got round to these, as in any house: of them it is not known whether they fail. */
const UNWATCHED: ReadonlySet<string> = new Set(["reports", ...UNMATCHED.map(({ name }) => name)]);

/** `vice run --kind check` at the end of the deployment's job. Of what did not go live there is none. */
export function smokeTest({ release, place, number, login, outcome, endMs }: Rollout): LocalScene[] {
  const { service, version } = release;
  if (outcome !== "succeeded" || endMs === null) return [];
  if (!place.environment.startsWith("prod") || UNWATCHED.has(service.name)) return [];
  const id = uuidOf(`smoke test ${number}`);
  const startMs = endMs + 2 * SECOND;
  const durationMs = (4 + (number % 9)) * SECOND;
  const at = (ms: number): string => new Date(ms).toISOString();
  const begun: SpoolRecord = {
    ...{ v: 1, op: "start", id, at: at(startMs), kind: "check", name: COMMAND },
    ...{ service: service.name, environment: place.environment, version },
    ...{ actor: { name: null, login }, tags: { command: COMMAND, testKind: "smoke" } },
  };
  const ended: SpoolRecord = {
    ...{ v: 1, op: "end", id, at: at(startMs + durationMs), status: "succeeded", exitCode: 0, durationMs },
  };
  return [
    { atMs: startMs, record: begun },
    { atMs: startMs + durationMs, record: ended },
  ];
}

/** One of so many deployments to production hurts somebody. */
const ONE_IN = 13;

const TITLES = [
  "Answers take longer than 2 s",
  "More errors than usual",
  "Nothing is written to the queue",
] as const;

/** What a smoke test does not see. The shop and search have troubles of their own in the story. */
export function laterAlarm({ release, place, number, login, outcome, endMs }: Rollout): Hook[] {
  const { name, team } = release.service;
  if (outcome !== "succeeded" || endMs === null || place.environment !== "prod-eu") return [];
  if (number % ONE_IN !== 0 || name === "shop" || name === "search" || UNWATCHED.has(name)) return [];
  const beganMs = endMs + (4 + (number % 23)) * MINUTE;
  return alarmHooks({
    ...{ number, service: name, team, title: TITLES[number % TITLES.length] ?? TITLES[0] },
    ...{ priority: "P3", login, beganMs, endedMs: beganMs + (18 + (number % 37)) * MINUTE },
  });
}
