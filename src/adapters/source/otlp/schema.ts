/** The part of an OTLP traces body that vice reads; permissive, so that one odd span never drops the rest. */
import { z } from "zod";

const loose = z.unknown().nullish();

/** One that is no list is none. */
const listOf = <T extends z.ZodType>(each: T) => z.array(each.nullable().catch(null)).nullish().catch(null);

const attribute = z.looseObject({ key: loose, value: z.looseObject({}).nullish().catch(null) });
const attributes = listOf(attribute);

const event = z.looseObject({ name: loose, attributes });
const link = z.looseObject({ traceId: loose, spanId: loose });

const span = z.looseObject({
  traceId: loose,
  spanId: loose,
  parentSpanId: loose,
  name: loose,
  kind: loose,
  startTimeUnixNano: loose,
  endTimeUnixNano: loose,
  attributes,
  events: listOf(event),
  links: listOf(link),
  status: z.looseObject({ code: loose, message: loose }).nullish().catch(null),
});
export type SaidSpan = z.infer<typeof span>;

const scopeSpans = z.looseObject({
  scope: z.looseObject({ name: loose }).nullish().catch(null),
  spans: listOf(span),
});
const resourceSpans = z.looseObject({
  resource: z.looseObject({ attributes }).nullish().catch(null),
  scopeSpans: listOf(scopeSpans),
});

export const tracesSchema = z.looseObject({ resourceSpans: z.array(resourceSpans.nullable().catch(null)) });

/** Texts by key, of those attributes that are a text, a number or a flag; lists are joined. */
export function attributesOf(said: SaidSpan["attributes"]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const each of said ?? []) {
    if (each === null || typeof each.key !== "string") continue;
    const value = scalarOf(each.value);
    if (value !== null) found.set(each.key, value);
  }
  return found;
}

function scalarOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const { stringValue, intValue, doubleValue, boolValue } = value as Record<string, unknown>;
  for (const each of [stringValue, intValue, doubleValue, boolValue]) {
    if (typeof each === "string" || typeof each === "number" || typeof each === "boolean")
      return String(each);
  }
  return null;
}
