/** Deployments of the mock, computed from their number: a million of them cost no memory. */
import type { Deployment, Status } from "../../src/domain/activity.ts";
import { ACTORS, ENVIRONMENTS, one, pick, SERVICES, SOURCES, teamOf } from "./words.ts";

/** Timeline numbers are below; those of the matrix follow. */
export const TIMELINE = 1_000_000;
const STEP_MS = 97_000;

export const idOf = (n: number): string => `01930000-0000-8000-8000-${n.toString(16).padStart(12, "0")}`;
export const numberOf = (id: string): number => Number.parseInt(id.slice(-12), 16);

const hex = (n: number): string =>
  Array.from({ length: 5 }, (_, part) =>
    pick(n, part + 50, 0xffffffff)
      .toString(16)
      .padStart(8, "0"),
  ).join("");

interface Choice {
  service: number;
  environment: number;
  atMs: number;
  status: Status;
  release: number;
}

/** Number `n` of the timeline (0 = newest) at a base time. */
export function timelineRow(n: number, baseMs: number): Deployment {
  const roll = pick(n, 3, 100);
  const status: Status = n < 2 ? "running" : roll < 9 ? "failed" : roll < 11 ? "canceled" : "succeeded";
  return build(n, {
    service: pick(n, 1, SERVICES.length),
    environment: pick(n, 2, ENVIRONMENTS.length),
    atMs: baseMs - n * STEP_MS - pick(n, 4, STEP_MS),
    status,
    release: 400 - Math.floor(n / 3_000),
  });
}

export function build(n: number, choice: Choice): Deployment {
  const { service, environment, atMs, status, release } = choice;
  const ended = status !== "running" && status !== "pending";
  const durationMs = ended ? 20_000 + pick(n, 5, 600_000) : null;
  const at = new Date(atMs).toISOString();
  const name = one(SERVICES, service);
  const where = one(ENVIRONMENTS, environment);
  const source = one(SOURCES, service + Math.floor(pick(n, 6, 10) / 8));
  const noVersion = pick(service, 9, 9) === 0;
  const who = one(ACTORS, pick(n, 7, ACTORS.length));
  return {
    id: idOf(n),
    kind: "deployment",
    deploymentKind: pick(n, 8, 40) === 0 ? "rollback" : pick(n, 8, 40) === 1 ? "redeploy" : "deploy",
    source,
    instance: source === "local" ? null : `${source}.example.com`,
    externalId: String(100_000 + n),
    attempt: 1,
    service: name,
    team: teamOf(service),
    repository: `https://git.example.com/${teamOf(service)}/${name}`,
    environment: where.name,
    tier: where.tier,
    tenant: null,
    status,
    version: noVersion ? null : `v${1 + pick(service, 10, 4)}.${release}.${pick(n, 11, 12)}`,
    commitSha: hex(n),
    ref: "main",
    artifact: { name: `registry.example.com/${name}`, digest: `sha256:${hex(n)}${hex(n + 1).slice(0, 24)}` },
    startedAt: new Date(atMs - (durationMs ?? 0)).toISOString(),
    finishedAt: ended ? at : null,
    durationMs,
    durationFrom: durationMs === null ? null : "reported",
    occurredAt: at,
    actor: { name: who, login: who.toLowerCase().replace(" ", ".") },
    url: `https://${source}.example.com/run/${100_000 + n}`,
    traceId: hex(n).slice(0, 32),
    parentId: null,
    primaryId: null,
    verified: source !== "local",
    tags: { reportedService: `${teamOf(service)}/${name}` },
    error: status === "failed" ? "Readiness probe failed: 3 of 5 instances did not answer within 60 s" : null,
  };
}
