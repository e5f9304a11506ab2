/** Gathers what the rules have to know of one deployment, from the log and from what its project asks. */
import type { Activity } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import type { Facts, Question, Said } from "../../../domain/rules/facts.ts";
import type { EnvironmentPolicy, ProjectPolicy } from "../../../domain/rules/policy.ts";
import { covers, type Scope } from "../../../domain/rules/scope.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import type { Registered } from "../../config/index.ts";
import type { SaidNames } from "../../data/index.ts";
import { isArrival, rolesThere, standingApprovals } from "./approval-state.ts";
import { countCommits, countLines } from "./count-commits.ts";
import { heldAt } from "./lock-state.ts";
import { personOf } from "./persons.ts";
import type { RuleContext } from "./rule-context.ts";
import { nameOfActor } from "./who.ts";
import { zoneHere } from "./zone-here.ts";

/** So many results are looked at for the newest of each check, and so many successes for a version that passed. */
const CHECKS = 200;
const SUCCESSES = 500;
/** A check that nobody ran for so long says nothing about today. */
const CHECK_AGE_MS = 30 * 86_400_000;

/** What was looked up once for all rules. */
export interface Known {
  names: SaidNames;
  /** Of the service; the rules of several, or of one that cannot be read, cannot be judged. */
  projects: readonly Registered[];
  project: ProjectPolicy | null;
  /** Of its environment: of the registered project, or as a deployment from a file at hand says it. */
  policy: EnvironmentPolicy | null;
}

/** @param question with the names that the service and the environment have here */
export function gatherFacts(ctx: RuleContext, question: Question, known: Known): Facts {
  const { services, now, principal } = ctx;
  const { standing } = services.store;
  const { names, projects, policy } = known;
  const heard = <R extends Heard>(rows: readonly R[]): Array<Said & { row: R }> =>
    rows.flatMap((row) => said(ctx, names, question, row) ?? []);
  const approvals = policy?.approvals == null ? null : standingApprovals(ctx, question, names);
  const requesters = approvals?.requesters ?? [];
  return {
    nowMs: now(),
    get timeZone() {
      return zoneHere();
    },
    andons: heard(standing.list("andon")),
    freezes: heard(standing.list("freeze")).map(({ row, ...each }) => ({
      ...each,
      from: row.data.from,
      to: row.data.to,
    })),
    overrides: heard(standing.list("override")).map(({ row, ...each }) => ({
      ...each,
      until: row.data.until,
    })),
    lock: heldAt(services, { ...question, target: null }, now()),
    incidents: incidents(ctx, question),
    redChecks: redChecks(ctx, question),
    passedIn: (policy?.after ?? []).filter((name) => hasPassed(ctx, names, question, name)),
    approvals: (approvals?.given ?? []).map((row) => ({
      person: personOf(services, row.actor ?? ""),
      at: row.at,
      expiresAt: row.data.expiresAt,
      roles: rolesThere(ctx, row, question),
    })),
    requesters: requesters.length > 0 ? requesters : [personOf(services, principal.id)],
    policy,
    unreadable: projects.flatMap((each) => (each.policy === null ? [each.project] : [])),
    contending: projects.flatMap((each) => (each.policy === null ? [] : [each.project])),
    counted: policy?.maxCommits == null || question.commits !== null ? null : countCommits(ctx, question),
    lines: policy?.maxLines == null || question.lines !== null ? null : countLines(ctx, question),
    batchOverrides: heard(standing.list("batch-override")).map(({ row, ...each }) => ({
      ...each,
      ...{ until: row.data.until, version: row.data.version, commitSha: row.data.commitSha },
    })),
  };
}

interface Heard {
  key: string;
  at: string;
  actor: string | null;
  data: { scope: Scope; reason: string };
}

/** What was said of a service or an environment by another name was said of it. `null` = it is about something else. */
function said<R extends Heard>(
  { services }: RuleContext,
  names: SaidNames,
  question: Question,
  row: R,
): (Said & { row: R }) | null {
  const { service, environment } = row.data.scope;
  const isHere =
    environment !== null && names.isEnvironment(environment, question.environment, question.service);
  const isOne = service !== null && names.isService(service, question.service);
  const scope: Scope = {
    ...row.data.scope,
    service: isOne ? question.service : service,
    environment: isHere ? question.environment : environment,
  };
  if (!covers(scope, question)) return null;
  const { key: id, at } = row;
  return { id, scope, reason: row.data.reason, at, by: nameOfActor(services, row.actor), row };
}

const read = ({ services, now }: RuleContext, filter: ActivityFilter, limit: number): Activity[] =>
  services.store.read.activities(filter, limit, null, now()).items;

const nameOf = ({ tags, ref, externalId }: Activity): string =>
  tags["name"] ?? ref ?? externalId ?? "unnamed";

/** Other activities that nobody ended for so long are given up; an incident is open until somebody closes it. */
const incidents = (ctx: RuleContext, { service }: Question): Facts["incidents"] =>
  ["running", "abandoned"]
    .flatMap((status) => read(ctx, { kind: "incident", service, status }, 10))
    .map((each) => ({
      name: each.tags["title"] ?? nameOf(each),
      at: each.startedAt,
      url: each.url,
      ownId: each.source === "vice" ? each.id : null,
    }));

/** Of the checks of this service, and of this environment when they name one; another commit's do not count. */
function redChecks(ctx: RuleContext, question: Question): Facts["redChecks"] {
  const { service, environment } = question;
  const newest = new Map<string, Activity>();
  for (const each of read(ctx, { kind: "check", service, sinceMs: ctx.now() - CHECK_AGE_MS }, CHECKS)) {
    if (each.finishedAt === null || newest.has(nameOf(each))) continue;
    if (each.environment !== null && foldName(each.environment) !== foldName(environment)) continue;
    if (isOfAnother(each, question) || isOfDeployment(ctx, each)) continue;
    // A check that only warns stops nothing.
    if (each.tags["severity"] !== "warn") newest.set(nameOf(each), each);
  }
  return [...newest]
    .filter(([, { status }]) => status === "failed")
    .map(([name, { occurredAt, url }]) => ({ name, at: occurredAt, url }));
}

const isOfAnother = (check: Activity, { version, commitSha }: Question): boolean =>
  commitSha !== null && check.commitSha !== null
    ? check.commitSha !== commitSha
    : version !== null && check.version !== null && check.version !== version;

/** A deployment proves what it brings, again when it is tried again: its red check ended that one and no other. */
const isOfDeployment = ({ services, now }: RuleContext, { source, parentId }: Activity): boolean =>
  source === "vice" &&
  parentId !== null &&
  services.store.read.activity(parentId, now())?.kind === "deployment";

/** @param place as the project calls it */
function hasPassed(
  ctx: RuleContext,
  names: SaidNames,
  { service, version, commitSha }: Question,
  place: string,
): boolean {
  if (version === null && commitSha === null) return false;
  const isIt = (each: Activity): boolean =>
    (version !== null && each.version === version) || (commitSha !== null && each.commitSha === commitSha);
  const { services, now } = ctx;
  return names.environments(place, service).some(
    (environment) =>
      // Mostly it runs there still.
      services.store.read
        .status({ service, environment, ephemeral: true }, now())
        .some(({ running }) => running !== null && isIt(running)) ||
      read(ctx, { kind: "deployment", service, environment, status: "succeeded" }, SUCCESSES).some(
        (each) => isArrival(each) && isIt(each),
      ),
  );
}
