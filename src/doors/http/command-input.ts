/** From the text of a query string to the input of a command: numbers, booleans and lists where its schema has them. */
import { z } from "zod";

/** The JSON Schema of one side of a command; what JSON cannot say stands there as "anything". */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): Record<string, unknown> {
  const { $schema: _dialect, ...body } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return body;
}

type Coerce = (value: unknown) => unknown;

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  "": true,
  false: false,
  "0": false,
};

const COERCIONS: Readonly<Record<string, Coerce>> = {
  number: toNumber,
  integer: toNumber,
  boolean: (value) => (typeof value === "string" ? (BOOLEANS[value.toLowerCase()] ?? value) : value),
  array: (value) => (typeof value === "string" ? value.split(",").filter((part) => part !== "") : value),
};

/** What is no number stays text, so that the schema's own words say what is wrong. */
function toNumber(value: unknown): unknown {
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

/** Made once for each command; used for path and query, never for a JSON body. */
export function coercionOf(schema: z.ZodType): (given: Record<string, unknown>) => Record<string, unknown> {
  const properties = jsonSchemaOf(schema, "input")["properties"];
  const byKey = new Map<string, Coerce>();
  for (const [key, property] of Object.entries(properties ?? {})) {
    const type = typesOf(property).find((one) => one in COERCIONS);
    const coerce = type === undefined ? undefined : COERCIONS[type];
    if (coerce !== undefined) byKey.set(key, coerce);
  }
  return (given) =>
    Object.fromEntries(Object.entries(given).map(([key, value]) => [key, byKey.get(key)?.(value) ?? value]));
}

/** The types that a property may have, through `anyOf`. */
function typesOf(property: unknown): string[] {
  if (typeof property !== "object" || property === null) return [];
  const { type, anyOf } = property as { type?: unknown; anyOf?: unknown };
  const own = [type].flat().filter((one) => typeof one === "string");
  return [...own, ...(Array.isArray(anyOf) ? anyOf.flatMap(typesOf) : [])];
}
