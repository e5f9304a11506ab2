/** Gathers what the rules have to know of one deployment, from the log and from what its project asks. */
import type { Activity } from "../../../domain/activity.ts";
import type { Facts, Question } from "../../../domain/rules/judge.ts";
import { type Role, rolesOf } from "../../../domain/rules/roles.ts";
import type { CommandContext } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import type { ActivityFilter } from "../../../ports/store.ts";
import { policyFor } from "../../config/index.ts";
import { approvalsOf, requesterOf } from "./approvals.ts";
import { heldAt } from "./lock-state.ts";
import { nameOfActor } from "./who.ts";

/** So many results are looked at for the newest of each check, and so many successes for a version that passed. */
const CHECKS = 200;
const SUCCESSES = 500;
/** A check that nobody ran for so long says nothing about today. */
const CHECK_AGE_MS = 30 * 86_400_000;

type Context = Pick<CommandContext<Services>, "services" | "now" | "principal">;

export function gatherFacts(ctx: Context, question: Question): Facts {
  const { services, now, principal } = ctx;
  const { standing } = services.store;
  const policy = policyFor(services, question.service, question.environment);
  const about = { service: question.service, environment: question.environment, version: question.version };
  return {
    nowMs: now(),
    andons: standing.list("andon").map((row) => said(services, row)),
    freezes: standing
      .list("freeze")
      .map((row) => ({ ...said(services, row), from: row.data.from, to: row.data.to })),
    overrides: standing.list("override").map((row) => ({ ...said(services, row), until: row.data.until })),
    lock: heldAt(services, { ...question, target: null }, now()),
    incidents: incidents(ctx, question),
    redChecks: redChecks(ctx, question),
    passedIn: (policy?.after ?? []).filter((name) => hasPassed(ctx, question, name)),
    approvals: approvalsOf(services, about)
      .filter((each) => each.version !== null || isUnused(ctx, question, each.at))
      .map((each) => ({ ...each, roles: rolesThere(ctx, each.by, question) })),
    requestedBy: requesterOf(services, about) ?? principal.id,
    policy,
  };
}

const rolesThere = ({ services }: Context, by: string | null, place: Question): readonly Role[] =>
  by === null ? [] : rolesOf(services.config.roles, { id: by, name: nameOfActor(services, by) }, place);

const said = (
  services: Services,
  row: {
    key: string;
    at: string;
    actor: string | null;
    data: { scope: Facts["andons"][number]["scope"]; reason: string };
  },
): Facts["andons"][number] => ({
  id: row.key,
  scope: row.data.scope,
  reason: row.data.reason,
  at: row.at,
  by: nameOfActor(services, row.actor),
});

const read = ({ services, now }: Context, filter: ActivityFilter, limit: number): Activity[] =>
  services.store.read.activities(filter, limit, null, now()).items;

const nameOf = ({ tags, ref, externalId }: Activity): string =>
  tags["name"] ?? ref ?? externalId ?? "unnamed";

/** Other activities that nobody ended for so long are given up; an incident is open until somebody closes it. */
const incidents = (ctx: Context, { service }: Question): Facts["incidents"] =>
  ["running", "abandoned"]
    .flatMap((status) => read(ctx, { kind: "incident", service, status }, 10))
    .map((each) => ({
      name: each.tags["title"] ?? nameOf(each),
      at: each.startedAt,
      url: each.url,
    }));

/** Of the checks of this service, and of this environment when they name one; another commit's do not count. */
function redChecks(ctx: Context, { service, environment, commitSha }: Question): Facts["redChecks"] {
  const newest = new Map<string, Activity>();
  for (const each of read(ctx, { kind: "check", service, sinceMs: ctx.now() - CHECK_AGE_MS }, CHECKS)) {
    if (each.environment !== null && each.environment.toLowerCase() !== environment.toLowerCase()) continue;
    if (commitSha !== null && each.commitSha !== null && each.commitSha !== commitSha) continue;
    if (each.finishedAt !== null && !newest.has(nameOf(each))) newest.set(nameOf(each), each);
  }
  return [...newest]
    .filter(([, { status }]) => status === "failed")
    .map(([name, { occurredAt, url }]) => ({ name, at: occurredAt, url }));
}

/** An approval of the next version is used up when one has arrived. */
function isUnused(ctx: Context, { service, environment }: Question, at: string): boolean {
  const successes = read(ctx, { kind: "deployment", service, environment, status: "succeeded" }, SUCCESSES);
  return !successes.some((each) => isArrival(each) && each.occurredAt > at);
}

const isArrival = ({ deploymentKind }: Activity): boolean =>
  deploymentKind !== "teardown" && deploymentKind !== "config";

function hasPassed(ctx: Context, { service, version, commitSha }: Question, environment: string): boolean {
  if (version === null && commitSha === null) return false;
  const successes = read(ctx, { kind: "deployment", service, environment, status: "succeeded" }, SUCCESSES);
  return successes.some(
    (each) =>
      isArrival(each) &&
      ((version !== null && each.version === version) ||
        (commitSha !== null && each.commitSha === commitSha)),
  );
}
