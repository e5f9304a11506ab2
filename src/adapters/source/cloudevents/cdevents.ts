/** From a CDEvent (0.4 with `context.version`, 0.5 with `context.specversion`) to one transition. */
import type { Facts, ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Normalised } from "../../../ports/source.ts";
import { lookUp, tagsOf, text, webHost } from "../shaping.ts";
import { type CloudEvent, isObject } from "./envelope.ts";
import { SUBJECTS, type Subject, stepOfOutcome } from "./subjects.ts";

const TYPE = /^dev\.cdevents\.([a-z]+)\.([a-z]+)(?:\.|$)/;

export const isCdEvent = (type: string): boolean => type.startsWith("dev.cdevents");

interface CdEvent {
  word: string;
  predicate: string;
  event: { id: string; source: string };
  subjectId: string;
  /** Scope of the subject's id. */
  source: string;
  content: Readonly<Record<string, unknown>>;
}

/** The event's own context wins over the attributes of the envelope around it. */
export function cdEventResult(event: CloudEvent, instance: string | null): Normalised {
  const [, word = "", predicate = ""] = TYPE.exec(event.type) ?? [];
  const subject = lookUp(SUBJECTS, word);
  const said = subject === undefined ? undefined : lookUp(subject.steps, predicate);
  if (subject === undefined || said === undefined) {
    return { outcome: "ignored", reason: `cdevents type "${event.type}" is not used` };
  }
  const read = readEvent(event, word, predicate);
  if (typeof read === "string") return { outcome: "unmapped", reason: `${event.type}: ${read}` };
  const step = said === "outcome" ? stepOfOutcome(read.content) : said;
  return { outcome: "accepted", transitions: [transitionOf(event, subject, read, step, instance)] };
}

function readEvent(event: CloudEvent, word: string, predicate: string): CdEvent | string {
  const data = isObject(event.data) ? event.data : {};
  const { context, subject } = data;
  if (!isObject(subject)) return "data holds no CDEvent (subject is missing)";
  const told = isObject(context) ? context : {};
  const subjectId = text(subject["id"], 2000);
  const source = text(told["source"], 2000) ?? event.source;
  const eventId = text(told["id"], 2000) ?? event.id;
  if (subjectId === null || source === null || eventId === null)
    return "subject.id, context.id or context.source is missing";
  const content = isObject(subject["content"]) ? subject["content"] : {};
  return {
    word,
    predicate,
    event: { id: eventId, source },
    subjectId,
    source: text(subject["source"], 2000) ?? source,
    content,
  };
}

function transitionOf(
  event: CloudEvent,
  subject: Subject,
  read: CdEvent,
  step: Step,
  instance: string | null,
): Transition {
  const data = isObject(event.data) ? event.data : {};
  const context = isObject(data["context"]) ? data["context"] : {};
  const facts = subject.facts(read.content, read.subjectId, read.predicate);
  return {
    object: subject.perEvent
      ? keyOf(`${read.word}.${read.predicate}`, read.event.id, read.event.source, instance)
      : keyOf(read.word, read.subjectId, read.source, instance),
    step,
    at: toIso(context["timestamp"] ?? event.time),
    ...(subject.reopens ? { reopens: true } : {}),
    facts: {
      ...facts,
      kind: subject.kind,
      parentId: parentOf(subject, read, instance),
      traceId: traceIdOf(event.traceparent, context["chainId"]),
      tags: tagsOf({ ...facts.tags, "cdevents.chainId": context["chainId"], ...custom(data["customData"]) }),
    } satisfies Facts,
  };
}

/** `<id>@<source>`: a subject's id is unique within its source; `@` and `%` in the id are escaped. */
function keyOf(identityKind: string, id: string, source: string, instance: string | null): ObjectKey {
  const escaped = id.replace(/[%@]/g, (sign) => (sign === "%" ? "%25" : "%40"));
  const host = instance ?? webHost(source) ?? "cloudevents";
  return {
    identityKind,
    source: "cloudevents",
    instance: host,
    externalId: `${escaped}@${source}`,
    attempt: 1,
  };
}

function parentOf({ parent }: Subject, { content, source }: CdEvent, instance: string | null): string | null {
  const reference = parent === undefined ? undefined : content[parent[0]];
  if (parent === undefined || !isObject(reference)) return null;
  const id = text(reference["id"], 2000);
  if (id === null) return null;
  return activityId(keyOf(parent[1], id, text(reference["source"], 2000) ?? source, instance));
}

/** The trace of `traceparent` (CloudEvents distributed tracing extension), else the chain: its UUID is a trace id too. */
function traceIdOf(traceparent: string | null, chainId: unknown): string | null {
  const handed = /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(traceparent ?? "")?.[1];
  const chain = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.exec(text(chainId) ?? "")?.[0];
  const id = handed ?? chain?.replaceAll("-", "").toLowerCase() ?? null;
  return id === null || /^0+$/.test(id) ? null : id;
}

function custom(customData: unknown): Record<string, unknown> {
  if (!isObject(customData)) return {};
  return Object.fromEntries(Object.entries(customData).map(([key, value]) => [`custom.${key}`, value]));
}
