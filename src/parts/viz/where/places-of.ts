/** In which environments something is: where all of its commits are part of what runs. */
import type { Activity } from "../../../domain/activity.ts";
import { compare, promotionRank } from "../../../domain/promotion.ts";
import { repositoryKey } from "../../../domain/trace/references.ts";
import type { Services } from "../../../ports/services.ts";
import type { StatusItem } from "../../../ports/store.ts";
import type { Subject } from "./find-subject.ts";

export interface Place {
  service: string | null;
  environment: string | null;
  tier: StatusItem["tier"];
  tenant: string | null;
  /** `null` = not known, see `reason`. */
  isThere: boolean | null;
  /** When the deployment that brought it ended; `null` = it is not there, or came before what is known. */
  since: string | null;
  deployment: string | null;
  version: string | null;
  reason: string | null;
}

interface Context {
  services: Services;
  nowMs: number;
}

type Verdict = { isThere: boolean | null; reason: string | null };

/** Successes of one place that are looked at for the one that brought it. */
const SAMPLE = 500;

/** @returns only services whose repository or history has to do with it */
export function placesOf(subject: Subject, ctx: Context): Place[] {
  const { services, nowMs } = ctx;
  const items = services.store.read.status({}, nowMs).filter(({ running }) => running !== null);
  const judged = items.map((item) => ({ item, verdict: verdictFor(subject, item.running, ctx) }));
  const rank = promotionRank(services.config.environmentOrder);
  const concerned = new Set(
    judged.filter(({ verdict }) => verdict.isThere === true).map(({ item }) => item.service),
  );
  return judged
    .filter(({ item }) => concerned.has(item.service) || isOf(subject, item.running, ctx))
    .sort(
      (a, b) =>
        compare(a.item.service ?? "", b.item.service ?? "") ||
        rank(a.item.environment, a.item.tier) - rank(b.item.environment, b.item.tier) ||
        compare(a.item.environment ?? "", b.item.environment ?? ""),
    )
    .map(({ item, verdict }) => placeOf(subject, item, verdict, ctx));
}

/** By the repository, where both name one. */
function isOf({ repository, shas }: Subject, running: Activity | null, { services }: Context): boolean {
  if (running === null || running.repository === null) return false;
  const own = repositoryKey(running.repository);
  const homes = [
    repository,
    ...shas.slice(0, 20).map((sha) => services.store.commits.get(sha)?.repository ?? null),
  ];
  return homes.some((home) => home !== null && repositoryKey(home) === own);
}

function verdictFor({ shas }: Subject, running: Activity | null, { services }: Context): Verdict {
  const head = running?.commitSha ?? null;
  if (shas.length === 0) return { isThere: null, reason: "no commit of it is known" };
  if (head === null) return { isThere: null, reason: "what runs there says no commit" };
  let missing: string | null = null;
  for (const sha of shas) {
    const found = services.store.commits.isIn(head, sha);
    if (found.known && !found.reaches) return { isThere: false, reason: null };
    if (!found.known) missing ??= found.missing[0] ?? sha;
  }
  if (missing === null) return { isThere: true, reason: null };
  const isGraph = services.store.commits.get(head) !== null;
  const reason = isGraph
    ? `commit ${missing.slice(0, 8)} is not known`
    : "its commits are not known, so only an equal sha would be seen";
  return { isThere: null, reason };
}

function placeOf(subject: Subject, item: StatusItem, verdict: Verdict, ctx: Context): Place {
  const { service, environment, tier, tenant, running } = item;
  const first = verdict.isThere === true ? broughtBy(subject, item, ctx) : null;
  return {
    ...{ service, environment, tier, tenant, ...verdict },
    since: first?.occurredAt ?? null,
    deployment: first?.id ?? null,
    version: (first ?? running)?.version ?? null,
  };
}

/** The first of the unbroken row of deployments, up to now, that have it. */
function broughtBy(
  subject: Subject,
  { service, environment, tenant }: StatusItem,
  ctx: Context,
): Activity | null {
  const { services, nowMs } = ctx;
  const filter = {
    kind: "deployment",
    status: "succeeded",
    service: service ?? undefined,
    environment: environment ?? undefined,
  } as const;
  let first: Activity | null = null;
  const known = new Map<string, boolean>();
  for (const each of services.store.read.activities(filter, SAMPLE, null, nowMs).items) {
    if (each.primaryId !== null || each.tenant !== tenant || each.deploymentKind === "config") continue;
    if (each.deploymentKind === "teardown" || each.commitSha === null) break;
    const has = known.get(each.commitSha) ?? verdictFor(subject, each, ctx).isThere === true;
    known.set(each.commitSha, has);
    if (!has) break;
    first = each;
  }
  return first;
}
