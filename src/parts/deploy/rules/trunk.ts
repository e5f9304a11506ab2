/** The andon cord pulled by itself: while the newest pipeline of a service on the trunk is red, its line is stopped. */
import type { Activity } from "../../../domain/activity.ts";
import type { NewEvent } from "../../../domain/event.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { EVERYTHING } from "../../../domain/rules/scope.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Services } from "../../../ports/services.ts";
import { saidNames } from "../../data/index.ts";

interface Parts {
  services: Services;
  now: () => number;
  onError: (error: unknown) => void;
}

/** So many pipelines of a service are looked at for the newest one of the trunk. */
const NEWEST = 100;
const ENDED = new Set(["succeeded", "failed"]);
const SAID_BY = "vice";

/** Looks after each change of a pipeline. Does nothing without branches in the configuration. @returns stop looking */
export function watchTrunk({ services, now, onError }: Parts): () => Promise<void> {
  const trunk = new Set(services.config.trunk.map(foldName));
  if (trunk.size === 0) return async () => {};
  let turn: Promise<unknown> = Promise.resolve();
  const waiting = new Set<string>();
  const look = (service: string): void => {
    if (waiting.has(service)) return;
    waiting.add(service);
    turn = turn.then(() => {
      waiting.delete(service);
      return settle({ services, now }, trunk, service).catch(onError);
    });
  };
  const stop = services.store.log.onChange((changes) => {
    for (const change of changes)
      if (change.type === "activity" && change.kind === "pipeline" && change.service !== null)
        look(change.service);
  });
  return async () => {
    stop();
    await turn;
  };
}

async function settle(
  { services, now }: Pick<Parts, "services" | "now">,
  trunk: ReadonlySet<string>,
  service: string,
): Promise<void> {
  const { store, log } = services;
  const names = saidNames(services);
  const newest = store.read
    .activities({ kind: "pipeline", service }, NEWEST, null, now())
    .items.find(({ ref, status }) => ref !== null && trunk.has(branchOf(ref)) && ENDED.has(status ?? ""));
  if (newest === undefined) return;
  const pulled = store.standing
    .list("andon")
    .filter(({ data }) => data.by === "trunk" && names.isService(data.scope.service ?? "", service));
  if (newest.status === "failed" && pulled.length === 0) await say(log, pull(service, newest, now()));
  if (newest.status === "succeeded")
    for (const { key } of pulled) await say(log, release(key, newest, now()));
}

const branchOf = (ref: string): string => foldName(ref.replace(/^refs\/heads\//, ""));

const say = async (log: Services["log"], event: NewEvent): Promise<void> => {
  await log.append({ delivery: null, events: [event] });
};

const said = (nowMs: number): Pick<NewEvent, "source" | "time" | "actor" | "traceparent" | "delivery"> => ({
  source: "/rules/trunk",
  time: new Date(nowMs).toISOString(),
  actor: SAID_BY,
  traceparent: null,
  delivery: null,
});

const linkOf = ({ url, ref }: Activity): string => `the pipeline of ${ref}${url === null ? "" : ` (${url})`}`;

function pull(service: string, red: Activity, nowMs: number): NewEvent {
  const andonId = uuidv7(nowMs);
  const data = {
    andonId,
    scope: { ...EVERYTHING, service },
    reason: `${linkOf(red)} is red`,
    by: "trunk" as const,
  };
  return { ...said(nowMs), type: "vice.andon.pulled.v1", subject: andonId, data };
}

function release(andonId: string, green: Activity, nowMs: number): NewEvent {
  const data = { andonId, reason: `${linkOf(green)} is green again` };
  return { ...said(nowMs), type: "vice.andon.released.v1", subject: andonId, data };
}
