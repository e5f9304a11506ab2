/** Takes a CloudEvent out of a request: structured, binary or batch mode (CloudEvents 1.0 HTTP protocol binding). */
import type { Reading } from "../../../ports/source.ts";
import { text } from "../shaping.ts";

const MAX_ID_CHARS = 2000;

export interface CloudEvent {
  id: string | null;
  source: string | null;
  type: string;
  time: string | null;
  traceparent: string | null;
  data: unknown;
}

type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One reading per event: a batch is an array of structured events. */
export function eventReadings(reading: Reading): Reading[] {
  if (!Array.isArray(reading.body)) return [reading];
  return reading.body.map((body: unknown) => ({ ...reading, headers: {}, body }));
}

/** The event of a reading that is no batch, or `null` when it is none. A bare CDEvent counts as one. */
export function cloudEventOf({ headers, body }: Pick<Reading, "headers" | "body">): CloudEvent | null {
  if (headers["ce-type"] !== undefined) return binary(headers, body);
  if (!isObject(body)) return null;
  if (isObject(body["context"]) && isObject(body["subject"])) return bareCdEvent(body["context"], body);
  return attributes((name) => body[name], structuredData(body));
}

const binary = (headers: Reading["headers"], body: unknown): CloudEvent | null =>
  attributes((name) => decoded(headers[`ce-${name}`]), body);

const bareCdEvent = (context: Json, body: Json): CloudEvent | null =>
  attributes((name) => context[name === "time" ? "timestamp" : name], body);

function attributes(read: (name: string) => unknown, data: unknown): CloudEvent | null {
  const type = text(read("type"));
  if (type === null) return null;
  const long = (name: string): string | null => text(read(name), MAX_ID_CHARS);
  return {
    id: long("id"),
    source: long("source"),
    type,
    time: text(read("time")),
    traceparent: text(read("traceparent")),
    data,
  };
}

/** `data` as JSON, as text that holds JSON, or as base64 of it. */
function structuredData(body: Json): unknown {
  const { data, data_base64: base64 } = body;
  if (typeof base64 === "string") return parsed(Buffer.from(base64, "base64").toString("utf8"));
  return typeof data === "string" ? parsed(data) : data;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** Header values are percent-encoded (HTTP protocol binding, section 3.1.3.2). */
function decoded(value: string | undefined): string | undefined {
  try {
    return value === undefined ? undefined : decodeURIComponent(value);
  } catch {
    return value;
  }
}
