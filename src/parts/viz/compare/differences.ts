/** Puts what runs on two sides beside each other, service by service, and counts what lies between. */
import type { Activity, Tier } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import type { StatusItem } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import { sayRelease } from "../say.ts";
import type { Side } from "./side.ts";

/** Deployments of one service in one environment that are looked through. */
const SAMPLE = 1000;

export interface Release {
  version: string;
  commitSha: string | null;
  deployment: string;
  at: string;
}

export interface Difference {
  service: string | null;
  team: string | null;
  environment: string | null;
  tenant: string | null;
  change: "same" | "changed" | "added" | "removed";
  from: Release | null;
  to: Release | null;
  deployments: { count: number; ahead: "from" | "to" } | null;
  commits: number | null;
  reason: string | null;
}

interface Question {
  from: Side;
  to: Side;
  nowMs: number;
  filter: { service?: string | undefined; team?: string | undefined; tier?: Tier | undefined };
}

/** Of every service that is or was on one of the sides, by name. */
export function differencesOf(services: Services, question: Question): Difference[] {
  const isOnePlace = question.from.environment === question.to.environment;
  const [from, to] = [itemsOf(services, question, "from"), itemsOf(services, question, "to")];
  const keyOf = ({ service, environment, tenant }: StatusItem): string =>
    JSON.stringify([service, tenant, isOnePlace ? foldName(environment ?? "") : ""]);
  const [before, after] = [from, to].map((items) => new Map(items.map((each) => [keyOf(each), each])));
  const keys = [...new Set([...from, ...to].map(keyOf))].sort();
  return keys.flatMap((key) => {
    const pair = { from: before?.get(key) ?? null, to: after?.get(key) ?? null };
    const found = differenceOf(services, pair, question);
    return found === null ? [] : [found];
  });
}

function itemsOf(
  { store }: Services,
  { filter, nowMs, ...sides }: Question,
  which: "from" | "to",
): StatusItem[] {
  const { environment, atMs } = sides[which];
  return store.read.status(
    {
      ...filter,
      ephemeral: environment !== null,
      environment: environment ?? undefined,
      atMs: atMs ?? undefined,
    },
    nowMs,
  );
}

interface Pair {
  from: StatusItem | null;
  to: StatusItem | null;
}

/** `null` where nothing ran on either side. */
function differenceOf(services: Services, pair: Pair, question: Question): Difference | null {
  const about = pair.to ?? pair.from;
  const [from, to] = [releaseOf(pair.from?.running ?? null), releaseOf(pair.to?.running ?? null)];
  if (about === null || (from === null && to === null)) return null;
  const isNamed = question.from.environment !== null;
  const common = {
    ...{ service: about.service, team: about.team, tenant: about.tenant, from, to, commits: null },
    environment: isNamed ? null : about.environment,
  };
  if (from === null)
    return { ...common, change: "added", deployments: null, reason: sayMissing(question, "from") };
  if (to === null)
    return { ...common, change: "removed", deployments: null, reason: sayMissing(question, "to") };
  if (isSame(pair.from?.running, pair.to?.running))
    return { ...common, change: "same", deployments: { count: 0, ahead: "to" }, commits: 0, reason: null };
  const deployments = countBetween(services, pair, question);
  const commits = commitsBetween(services, deployments?.ahead === "from" ? [to, from] : [from, to]);
  const reason = deployments === null ? "neither ran where the other one does" : null;
  return { ...common, change: "changed", deployments, commits, reason };
}

function sayMissing(question: Question, which: "from" | "to"): string {
  const { environment, atMs } = question[which];
  if (question.from.environment !== question.to.environment) return `nothing in ${environment}`;
  return atMs === null ? "nothing runs any more" : "nothing ran then";
}

/** Those that the newer one has and the older one has not; `null` when a sha or a commit on the way is not known. */
function commitsBetween({ store }: Services, [older, newer]: readonly [Release, Release]): number | null {
  if (older.commitSha === null || newer.commitSha === null) return null;
  return store.commits.count(older.commitSha, newer.commitSha);
}

const releaseOf = (running: Activity | null): Release | null =>
  running === null
    ? null
    : {
        version: sayRelease(running),
        commitSha: running.commitSha,
        deployment: running.id,
        at: running.occurredAt,
      };

/** The same deployment, else the same version of the same commit as far as both know one. */
function isSame(from: Activity | null | undefined, to: Activity | null | undefined): boolean {
  if (!from || !to) return false;
  if (from.id === to.id) return true;
  if (from.commitSha !== null && to.commitSha !== null && from.version === null)
    return from.commitSha === to.commitSha;
  return sayRelease(from) === sayRelease(to);
}

/** In one place those after the first moment; between two, those that the one ahead has had since it ran the other's version. */
function countBetween(
  services: Services,
  { from, to }: Pair,
  { nowMs }: Question,
): Difference["deployments"] {
  const [older, newer] = [from?.running, to?.running];
  if (!from || !to || !older || !newer) return null;
  if (foldName(from.environment ?? "") === foldName(to.environment ?? "")) {
    const ahead = older.occurredAt <= newer.occurredAt ? "to" : "from";
    const [first, last] = ahead === "to" ? [older, newer] : [newer, older];
    const list = deploymentsIn(services, to, nowMs);
    const [end, begin] = [last, first].map(({ id }) => list.findIndex((each) => each.id === id));
    return end === undefined || begin === undefined || end < 0 || begin < 0
      ? null
      : { count: begin - end, ahead };
  }
  return sinceIn(services, to, older, nowMs, "to") ?? sinceIn(services, from, newer, nowMs, "from");
}

/** How many came there after `release` had come there; `null` when it never did. */
function sinceIn(
  services: Services,
  place: StatusItem,
  release: Activity,
  nowMs: number,
  ahead: "from" | "to",
): Difference["deployments"] {
  const list = deploymentsIn(services, place, nowMs);
  const running = list.findIndex(({ id }) => id === place.running?.id);
  const at = list.findIndex((each, index) => index >= running && isSame(each, release));
  return at < 0 || running < 0 ? null : { count: at - running, ahead };
}

/** What succeeded there and brought something, newest first. */
function deploymentsIn(
  { store }: Services,
  { service, environment, tenant }: StatusItem,
  nowMs: number,
): Activity[] {
  const filter = {
    ...({ kind: "deployment", status: "succeeded" } as const),
    service: service ?? undefined,
    environment: environment ?? undefined,
  };
  return store.read
    .activities(filter, SAMPLE, null, nowMs)
    .items.filter(
      (each) => each.tenant === tenant && each.primaryId === null && BRINGS.has(each.deploymentKind ?? ""),
    );
}

const BRINGS = new Set(["deploy", "redeploy", "rollback"]);
