/** What runs where in the mock: 500 services in 6 environments. */
import type { StatusItem } from "../src/api/types.ts";
import { build, TIMELINE } from "./deployments.ts";
import { ENVIRONMENTS, one, pick, SERVICES, teamOf } from "./words.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function statusItems(baseMs: number): StatusItem[] {
  return SERVICES.flatMap((_, service) =>
    ENVIRONMENTS.flatMap((_, environment) => cell(service, environment, baseMs)),
  );
}

/** Cells take the numbers above the timeline: two each, what runs and what was tried last. */
export function cellRow(n: number, baseMs: number): ReturnType<typeof build> {
  const cell = Math.floor((n - TIMELINE) / 2);
  const service = Math.floor(cell / ENVIRONMENTS.length);
  const environment = cell % ENVIRONMENTS.length;
  const attempt = (n - TIMELINE) % 2 === 1;
  const behind = behindOf(service, environment);
  const release = 120 + pick(service, 20, 60) - behind;
  const age = 4 * 60_000 + pick(cell, 21, environment < 2 ? 2 * DAY : 9 * DAY) + behind * 1.5 * DAY;
  if (!attempt) return build(n, { service, environment, atMs: baseMs - age, status: "succeeded", release });
  const status = pick(cell, 22, 23) === 0 ? "running" : "failed";
  const atMs = status === "running" ? baseMs - 70_000 : baseMs - age / 3;
  return build(n, { service, environment, atMs, status, release: release + 1 });
}

const behindOf = (service: number, environment: number): number =>
  environment >= 2 && pick(service * 7 + environment, 23, 4) === 0 ? 1 + pick(service, 24, 4) : 0;

function cell(service: number, environment: number, baseMs: number): StatusItem[] {
  const cellNumber = service * ENVIRONMENTS.length + environment;
  if (pick(cellNumber, 25, 11) === 0) return [];
  const n = TIMELINE + 2 * cellNumber;
  const running = cellRow(n, baseMs);
  const tried = pick(cellNumber, 22, 23) <= 1;
  const count = behindOf(service, environment);
  const before = environment === 0 ? null : one(ENVIRONMENTS, environment - 1).name;
  return [
    {
      service: running.service,
      team: teamOf(service),
      environment: running.environment,
      tier: running.tier,
      tenant: null,
      running,
      lastAttempt: tried ? cellRow(n + 1, baseMs) : running,
      behind:
        count === 0 || before === null
          ? null
          : { environment: before, deployments: count, ms: count * 1.5 * DAY },
    },
  ];
}
