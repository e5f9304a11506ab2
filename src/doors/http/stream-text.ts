/** The wire form of the event stream, live and replayed (HTML Living Standard, "Server-sent events"). */
import type { Services } from "../../ports/services.ts";

type EventLog = Services["store"]["log"];
export type Change = Parameters<Parameters<EventLog["onChange"]>[0]>[0][number];
export type LogEvent = ReturnType<EventLog["events"]>[number];

/** What the page is told of a change: nothing that it could not read by itself. */
function dataOf(change: Change): unknown {
  const { type: _type, seq: _seq, ...data } = change;
  return data;
}

export const message = (resume: number, event: string, data: unknown): string =>
  `id: ${resume}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export const changeText = (change: Change, resume: number): string =>
  message(resume, change.type, dataOf(change));

/**
 * The changes that logged events stand for, as things are now: each activity, source and outcome once.
 * @param events in the order of the log
 */
export function changesOf(events: readonly LogEvent[], { store }: Services, nowMs: number): Change[] {
  const changes = new Map<string, Change>();
  for (const event of events)
    for (const change of changesOfEvent(event, store, nowMs)) changes.set(keyOf(change), change);
  return [...changes.values()];
}

const RUNS = /^vice\.(run|step)\./;
const RULES = /^vice\.(andon|freeze|lock|approval|project)\./;

function keyOf(change: Change): string {
  if (change.type === "activity" || change.type === "run") return change.id;
  return change.type === "source" ? `${change.source}/${change.instance}/${change.outcome}` : change.type;
}

function changesOfEvent(event: LogEvent, store: Services["store"], nowMs: number): Change[] {
  const { type, seq, subject, data } = event;
  if (type.startsWith("vice.names.")) return [{ type: "names", seq }];
  if (RULES.test(type)) return [{ type: "rules", seq }];
  if (RUNS.test(type)) return subject === null ? [] : [{ type: "run", seq, id: subject }];
  if (type === "vice.delivery.received.v1" && "outcome" in data && "source" in data) {
    return [{ type: "source", seq, source: data.source, instance: data.instance, outcome: data.outcome }];
  }
  if (!type.startsWith("vice.activity.") || subject === null) return [];
  const activity = store.read.activity(subject, nowMs);
  if (activity === null) return [];
  const { id, kind, service, environment, status, source, occurredAt } = activity;
  const changed: Change = {
    type: "activity",
    seq,
    id,
    kind,
    service,
    environment,
    status,
    source,
    occurredAt,
  };
  if (event.delivery === null) return [changed];
  return [changed, { type: "source", seq, source, instance: activity.instance ?? "", outcome: "accepted" }];
}
