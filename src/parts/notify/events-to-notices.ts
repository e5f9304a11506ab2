/** From events of the log to notices: each thing that somebody may wait for, said once. */
import type { EventType, LogEvent } from "../../domain/event.ts";
import { isEvent } from "../../domain/event.ts";
import type { Notice, NoticePlace } from "../../domain/notify/notice.ts";
import {
  sayAsked,
  sayDeployment,
  sayFrozen,
  sayGate,
  sayPulled,
  sayReleased,
} from "../../domain/notify/say-notice.ts";
import { EVERYTHING, type Scope } from "../../domain/rules/scope.ts";
import { guessTier } from "../../domain/tier.ts";
import type { Services } from "../../ports/services.ts";
import { nameOfActor } from "../data/index.ts";

export interface TellParts {
  services: Pick<Services, "store" | "config" | "baseUrl">;
  nowMs: number;
}

/** What is older is no news: a history that is read in is told to nobody. */
const NEWS_MS = 3_600_000;
/** Other reports of the same deployment are looked for among so many. */
const REPORTS = 100;
const SCOPES = "notify-andon";

type Found = { seq: number; notice: Notice };
type Tell<T extends EventType> = (event: LogEvent<T>, parts: TellParts) => Omit<Notice, "at"> | null;

/** @param events in the order of the log */
export function noticesOf(events: readonly LogEvent[], parts: TellParts): Found[] {
  const found: Found[] = [];
  const looked = new Set<string>();
  for (const event of events) {
    const isNews = parts.nowMs - Date.parse(event.receivedAt) < NEWS_MS;
    if (isEvent(event, "vice.activity.observed.v1")) {
      if (!isNews || event.subject === null || looked.has(event.subject)) continue;
      looked.add(event.subject);
      const notice = ofDeployment(event.subject, parts);
      if (notice !== null) found.push({ seq: event.seq, notice });
      continue;
    }
    const said = (TELL[event.type] as Tell<EventType> | undefined)?.(event, parts) ?? null;
    if (said !== null && isNews) found.push({ seq: event.seq, notice: { ...said, at: event.time } });
  }
  return found;
}

function ofDeployment(id: string, parts: TellParts): Notice | null {
  const { services, nowMs } = parts;
  const { read } = services.store;
  const activity = read.activity(id, nowMs);
  // A second report of the same deployment is told by the first one.
  if (activity === null || activity.kind !== "deployment" || activity.primaryId !== null) return null;
  if (nowMs - Date.parse(activity.occurredAt) >= NEWS_MS) return null;
  const said = sayDeployment(activity);
  if (said === null || read.detail(id, nowMs)?.excluded != null) return null;
  const key = keyOf(id, said.kind);
  return {
    ...said,
    key,
    at: activity.occurredAt,
    ...(activity.startedAt === null ? {} : { since: activity.startedAt }),
    link: linkTo(services, `/deployments/${id}`) ?? activity.url,
  };
}

const keyOf = (id: string, kind: Notice["kind"]): string => `deployment/${id}/${kind}`;

/** The keys under which the other reports of a deployment would have been told before it became the first one. */
export function otherKeys({ key, kind }: Notice, { services, nowMs }: TellParts): string[] {
  const [, id] = /^deployment\/([^/]+)\//.exec(key) ?? [];
  const activity = id === undefined ? null : services.store.read.activity(id, nowMs);
  if (activity === null) return [];
  const { service, environment } = activity;
  const filter = {
    ...{ kind: "deployment" as const, sinceMs: nowMs - 2 * NEWS_MS },
    ...(service === null ? {} : { service }),
    ...(environment === null ? {} : { environment }),
  };
  const { items } = services.store.read.activities(filter, REPORTS, null, nowMs);
  return items.filter(({ primaryId }) => primaryId === id).map((other) => keyOf(other.id, kind));
}

export const linkTo = (
  { config, baseUrl }: Pick<Services, "config" | "baseUrl">,
  path: string,
): string | null => {
  const base = config.publicUrl ?? baseUrl;
  return base === null ? null : `${base}${path}`;
};

const TELL: { [T in EventType]?: Tell<T> } = {
  "vice.andon.pulled.v1": ({ data, actor }, { services, nowMs }) => {
    services.store.state.set(SCOPES, data.andonId, data.scope, nowMs);
    const who = data.by === "trunk" ? "the red trunk" : nameOfActor(services, actor);
    return { ...sayPulled(data, who), key: `andon/${data.andonId}`, link: linkTo(services, "/rules") };
  },
  "vice.andon.released.v1": ({ data, actor }, { services }) => {
    const { state } = services.store;
    const scope = (state.get(SCOPES, data.andonId)?.value ?? null) as Scope | null;
    const said = sayReleased(data, scope, nameOfActor(services, actor));
    return { ...said, key: `released/${data.andonId}`, link: linkTo(services, "/rules") };
  },
  "vice.freeze.declared.v1": ({ data, actor }, { services }) => ({
    ...sayFrozen(data, nameOfActor(services, actor)),
    ...{ key: `freeze/${data.freezeId}`, link: linkTo(services, "/rules") },
  }),
  "vice.approval.asked.v1": ({ seq, data, actor }, { services }) => {
    const said = sayAsked(data, nameOfActor(services, actor));
    const place = known(services, data.service, data.environment) ?? said.place;
    return { ...said, place, key: `approval/${seq}`, link: linkTo(services, "/rules") };
  },
  "vice.step.intended.v1": ({ data: { runId, step, attempt } }, { services }) => {
    const run = services.store.runs.get(runId);
    const planned = run?.plan.steps.find(({ key }) => key === step);
    if (run === null || planned === undefined) return null;
    if (planned.kind !== "approve" && planned.kind !== "manual") return null;
    const note = typeof planned.spec === "string" ? planned.spec : (planned.spec.note ?? null);
    const said = sayGate({ id: runId, name: run.plan.name }, step, note);
    return { ...said, key: `gate/${runId}/${step}/${attempt}`, link: linkTo(services, `/runs/${runId}`) };
  },
};

/** Team and tier as they are known there. */
function known({ store }: Pick<Services, "store">, service: string, environment: string): NoticePlace | null {
  const [item] = store.read.status({ service, environment, ephemeral: true }, 0);
  if (item === undefined) return null;
  const tier = item.tier ?? guessTier(environment);
  return { ...EVERYTHING, service, environment, team: item.team, tier, reach: "one" };
}

/** Cords that were pulled before anybody followed are known by what stands. */
export function rememberCords({ store }: Pick<Services, "store">, nowMs: number): void {
  for (const { key, data } of store.standing.list("andon"))
    if (store.state.get(SCOPES, key) === null) store.state.set(SCOPES, key, data.scope, nowMs);
}
