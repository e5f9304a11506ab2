/** Says events of the log as notices: one line that reads well, whose next step can be typed. Pure. */
import type { Activity } from "../activity.ts";
import type { EventData } from "../event.ts";
import { type Scope, sayScope } from "../rules/scope.ts";
import { sayDuration } from "../say-duration.ts";
import { type Notice, type NoticePlace, oneLine } from "./notice.ts";

type Said = Pick<Notice, "kind" | "also" | "text" | "place">;

const placeOf = ({ service, team, environment, tier }: Activity): NoticePlace => ({
  ...{ service, team, environment, tier, reach: "one" },
});

/** What became of a deployment; `null` = nothing that anybody waits for. */
export function sayDeployment(activity: Activity): Said | null {
  const { status, deploymentKind, error } = activity;
  const what = [nameOf(activity), versionOf(activity)].filter((word) => word !== null).join(" ");
  const where = activity.environment === null ? "" : ` in ${oneLine(activity.environment, 100)}`;
  const [by, took] = [byWhom(activity), sayTook(activity.durationMs)];
  const place = placeOf(activity);
  if (status === "failed") {
    const why = error === null ? "" : `: ${oneLine(error, 200)}`;
    const failed = `${what} failed${where}${took}${by}${why}`;
    const outcome = activity.source === "vice" ? activity.tags["outcome"] : undefined;
    if (outcome === "rolled-back")
      return { kind: outcome, also: "failed", place, text: then(failed, "What ran before was put back") };
    const text = outcome === "rollback-failed" ? then(failed, "It could not be rolled back") : failed;
    return { kind: "failed", place, text };
  }
  if (status !== "succeeded" || deploymentKind === "teardown" || deploymentKind === "config") return null;
  if (deploymentKind !== "rollback")
    return { kind: "succeeded", place, text: `${what} is deployed${where}${took}${by}` };
  const version = versionOf(activity) ?? "a former version";
  return {
    kind: "rolled-back",
    also: "succeeded",
    place,
    text: `${nameOf(activity)} was rolled back to ${version}${where}${by}`,
  };
}

const nameOf = ({ service, repository }: Activity): string =>
  oneLine(service ?? repository ?? "An unnamed service", 100);
const versionOf = ({ version, commitSha }: Activity): string | null =>
  version !== null ? oneLine(version, 100) : (commitSha?.slice(0, 8) ?? null);

function byWhom({ actor, source }: Activity): string {
  const who = actor?.name ?? actor?.login ?? null;
  return who === null ? ` (${source})` : ` (${oneLine(who, 80)}, ${source})`;
}

function sayTook(ms: number | null): string {
  if (ms === null || ms < 1000) return "";
  return ` after ${sayDuration(ms)}`;
}

const scoped = (scope: Scope): NoticePlace => ({ ...scope, reach: "all" });
const by = (who: string | null): string => (who === null ? "" : ` by ${oneLine(who, 80)}`);

const because = (reason: string): string => `: ${oneLine(reason).replace(/[.\s]+$/, "")}`;

/** What comes next begins a sentence of its own. */
const then = (said: string, next: string): string => `${said}${/[?!:…]$/.test(said) ? "" : "."} ${next}`;

export const sayPulled = (
  { andonId, scope, reason }: EventData["vice.andon.pulled.v1"],
  who: string | null,
): Said => ({
  kind: "andon",
  place: scoped(scope),
  text: then(
    `The line is stopped for ${sayScope(scope)}${by(who)}${because(reason)}`,
    `When it is mended: vice andon release ${andonId} --reason "..."`,
  ),
});

/** @param scope of the pull; `null` = not known any more */
export const sayReleased = (
  { reason }: EventData["vice.andon.released.v1"],
  scope: Scope | null,
  who: string | null,
): Said => ({
  kind: "andon",
  place: scoped(scope ?? { service: null, team: null, environment: null, tier: null }),
  text: `The line goes on${scope === null ? "" : ` for ${sayScope(scope)}`}${by(who).replace(" by ", ", says ")}${because(reason)}`,
});

export const sayAsked = (
  { service, environment, version, reason }: EventData["vice.approval.asked.v1"],
  who: string | null,
): Said => {
  const what = version === null ? service : `${service} ${version}`;
  const flag = version === null ? "" : ` --version ${word(version)}`;
  const why = reason === null ? "" : because(reason);
  return {
    kind: "approval",
    place: { service, environment, team: null, tier: null, reach: "all" },
    text: then(
      `${oneLine(who ?? "Somebody", 80)} asks to deploy ${oneLine(what, 200)} to ${oneLine(environment, 100)}${why}`,
      `To agree: vice approve ${word(service)} ${word(environment)}${flag}`,
    ),
  };
};

export const sayGate = (run: { id: string; name: string }, step: string, note: string | null): Said => ({
  kind: "approval",
  place: { service: null, environment: null, team: null, tier: null, reach: "one" },
  text: then(
    `${oneLine(run.name, 100)} waits for somebody to agree to ${oneLine(step, 100)}${note === null ? "" : because(note)}`,
    `To agree: vice auto approve ${run.id} ${word(step)}`,
  ),
});

export const sayFrozen = (
  { scope, from, to, reason }: EventData["vice.freeze.declared.v1"],
  who: string | null,
): Said => ({
  kind: "freeze",
  place: scoped(scope),
  text: `Frozen${by(who)}: ${sayScope(scope)} from ${moment(from)} ${to === null ? "until it is lifted" : `to ${moment(to)}`}${because(reason)}`,
});

const moment = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;

/** As a shell takes it as one word. */
export function word(text: string): string {
  const line = oneLine(text);
  return /^[\w@%+=:,./-]+$/.test(line) ? line : `'${line.replaceAll("'", "'\\''")}'`;
}
