/** Gathers what happened around a moment: activities of all kinds, and what persons changed in rules and configuration. */
import type { Activity, Kind } from "../../../domain/activity.ts";
import type { Happened } from "../../../domain/changed/rank.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { nameOf } from "../../../domain/trace/name-of.ts";
import type { Services } from "../../../ports/services.ts";
import { inSlices } from "../in-slices.ts";

export interface Candidate {
  happened: Happened;
  /** Id of the activity; `null` = it is a rule. */
  id: string | null;
  name: string;
  service: string | null;
  environment: string | null;
  status: Activity["status"];
  actor: string | null;
  url: string | null;
  /** What happened at its time: `ended`, `began`. */
  event: string;
}

export interface Around {
  atMs: number;
  withinMs: number;
  service: string | null;
  environment: string | null;
}

/** Of each kind, newest first; of the service that is asked about as many beside. */
const MOST_EACH = 200;
/** Deployments whose commits are counted. */
const MOST_COUNTED = 50;
/** Events of the log on each side of the moment that are looked through for what persons did. */
const LOOKED_THROUGH = 10_000;
const AT_ONCE = 500;

const KINDS: readonly Kind[] = ["deployment", "exposure", "incident", "action", "pipeline", "build", "stage"];

/** What a person did that changes what runs or what may. */
const RULES: Readonly<Record<string, string>> = {
  "vice.andon.pulled.v1": "the andon cord was pulled",
  "vice.andon.released.v1": "the andon cord was released",
  "vice.freeze.declared.v1": "a freeze was declared",
  "vice.freeze.overridden.v1": "a freeze was overridden",
  "vice.project.registered.v1": "the configuration of a project was registered",
  "vice.drift.found.v1": "something else was found to run",
  "vice.activity.voided.v1": "an activity was voided",
};

export async function gather(around: Around, services: Services, nowMs: number): Promise<Candidate[]> {
  const links = await linksOf(around, services);
  const relate = (service: string | null): Pick<Happened, "relation" | "link"> => {
    if (around.service === null) return { relation: null, link: null };
    if (service === null) return { relation: "other", link: null };
    if (foldName(service) === foldName(around.service)) return { relation: "same", link: null };
    const link = links.get(foldName(service)) ?? null;
    return { relation: link === null ? "other" : "linked", link };
  };
  return [
    ...(await activitiesAround(around, services, nowMs, relate)),
    ...(await rulesAround(around, services, relate)),
  ];
}

type Relate = (service: string | null) => Pick<Happened, "relation" | "link">;

/** Services that work goes to and fro between, by how traces join them; and those of one repository. */
async function linksOf({ service, atMs }: Around, { store }: Services): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  if (service === null) return links;
  for (const { from, to } of await store.traces.connections(atMs - 30 * 86_400_000, 20_000)) {
    const [a, b] = [from.service, to.service];
    if (a === null || b === null || foldName(a) === foldName(b)) continue;
    if (foldName(a) === foldName(service)) links.set(foldName(b), `${service} leads to ${b}`);
    if (foldName(b) === foldName(service)) links.set(foldName(a), `${a} leads to ${service}`);
  }
  return links;
}

async function activitiesAround(
  around: Around,
  services: Services,
  nowMs: number,
  relate: Relate,
): Promise<Candidate[]> {
  const { atMs, withinMs, environment, service: own } = around;
  const [sinceMs, untilMs] = [atMs - withinMs, atMs + withinMs];
  const read = (kind: Kind, service?: string): Activity[] =>
    services.store.read.activities(
      { kind, service, environment: environment ?? undefined, sinceMs, untilMs },
      MOST_EACH,
      null,
      nowMs,
    ).items;
  let counted = 0;
  const all = await inSlices(KINDS, (kind): Activity[] => {
    // Where much happens, what concerns the service is not lost among the rest.
    const found = [...(own === null ? [] : read(kind, own)), ...read(kind)];
    const each = new Map(found.map((activity) => [activity.id, activity]));
    return [...each.values()].filter(({ primaryId }) => primaryId === null);
  });
  return inSlices(all.flat(), (activity) => {
    const isCounted = activity.kind === "deployment" && counted++ < MOST_COUNTED;
    return candidateOf(activity, isCounted ? commitsOf(activity, services, nowMs) : null, relate);
  });
}

function candidateOf(activity: Activity, commits: number | null, relate: Relate): Candidate {
  const { id, kind, service, environment, tier, status, actor, url, occurredAt, startedAt, finishedAt } =
    activity;
  // An incident is what was seen: it counts from when it was.
  const at = kind === "incident" ? (startedAt ?? occurredAt) : occurredAt;
  return {
    ...{ id, service, environment, status, url, name: nameOf(activity) },
    actor: actor?.name ?? actor?.login ?? null,
    event: kind === "incident" || finishedAt === null ? "began" : "ended",
    happened: { ms: Date.parse(at), kind, failed: status === "failed", ...relate(service), tier, commits },
  };
}

/** `null` = not known: nothing ran there before, or no graph. */
function commitsOf(deployment: Activity, { store }: Services, nowMs: number): number | null {
  const { service, environment, tenant, commitSha } = deployment;
  if (service === null || environment === null || commitSha === null) return null;
  const before = store.read
    .status({ service, environment, ephemeral: true, atMs: Date.parse(deployment.occurredAt) - 1 }, nowMs)
    .find((item) => item.tenant === tenant)?.running;
  return before?.commitSha ? store.commits.count(before.commitSha, commitSha) : null;
}

/** The last event that was received before a moment. The log stands in the order of receiving, so it is halved until it is found. */
function seqBefore(atMs: number, { log }: Services["store"]): number {
  let [low, high] = [0, log.head().seq];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [event] = log.events(middle, 1);
    if (event === undefined || Date.parse(event.receivedAt) >= atMs) high = middle;
    else low = event.seq;
  }
  return low;
}

async function rulesAround(
  { atMs, withinMs }: Around,
  { store }: Services,
  relate: Relate,
): Promise<Candidate[]> {
  const from = Math.max(0, seqBefore(atMs, store) - LOOKED_THROUGH);
  const slices = Array.from({ length: (2 * LOOKED_THROUGH) / AT_ONCE }, (_, at) => from + at * AT_ONCE);
  const events = await inSlices(slices, (after) =>
    store.log.events(after, AT_ONCE).filter(({ type }) => Object.hasOwn(RULES, type)),
  );
  return events.flat().flatMap((event) => {
    const said = RULES[event.type];
    const ms = Date.parse(event.time);
    if (said === undefined || Math.abs(ms - atMs) > withinMs) return [];
    const data = Object(event.data) as Record<string, unknown>;
    const scope = Object(data["scope"] ?? data) as Record<string, unknown>;
    const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
    const service = textOf(scope["service"]);
    const reason = textOf(data["reason"]) ?? textOf(data["project"]);
    return [
      {
        ...{ id: null, service, environment: textOf(scope["environment"]), status: null, url: null },
        ...{ name: [said, reason].filter(Boolean).join(": "), actor: event.actor, event: "said" },
        happened: { ms, kind: "rule" as const, failed: false, ...relate(service), tier: null, commits: null },
      },
    ];
  });
}
