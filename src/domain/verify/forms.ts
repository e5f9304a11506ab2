/** The forms that all kinds of checks share: severity, patience, what is expected of a text, and what is taken from it. Pure. */
import { z } from "zod";
import { duration, secretNames, text, variable } from "../pipeline/forms.ts";
import { fill } from "../pipeline/template.ts";

const pattern = text.refine(isPattern, "it is no regular expression");

function isPattern(source: string): boolean {
  try {
    return (
      new RegExp(
        fill(source, () => "x"),
        "m",
      ) instanceof RegExp
    );
  } catch {
    return false; // a SyntaxError: what it says is about the characters, not for the person who wrote it
  }
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const someTexts = z.union([text, z.array(text).min(1)]).transform((given) => [given].flat());

const condition = z.strictObject({
  equals: scalar.optional(),
  not: scalar.optional().describe("Anything but this"),
  contains: text.optional(),
  matches: pattern.optional().describe("A regular expression"),
  exists: z.boolean().optional(),
  count: z.int().min(0).optional().describe("So many values, or entries of the one list that is found"),
  above: z.number().optional(),
  below: z.number().optional(),
});
export type Condition = z.output<typeof condition>;

/** What a header or a value must be. */
export const conditionForm = z.union([scalar, condition]);
export type ConditionForm = z.output<typeof conditionForm>;

/** What a text must hold: a body, an output. */
export const textExpectation = {
  contains: someTexts.optional().describe("Text that must be there, or a list of them"),
  excludes: someTexts.optional().describe("Text that must not be there"),
  matches: pattern.optional().describe("A regular expression"),
  json: z
    .record(text.regex(/^\$/, "a path begins with $"), conditionForm)
    .optional()
    .describe("What stands at a JSONPath: $.status: ok"),
  schema: z.record(z.string(), z.unknown()).optional().describe("A JSON Schema that it must fit"),
  within: duration.optional().describe("Longest time that the answer may take"),
};
export type TextExpectation = z.output<z.ZodObject<typeof textExpectation>>;

const capture = z.union([
  text.regex(/^\$/, "a path begins with $; or write {header: name}, {match: expression}"),
  z.strictObject({ header: text }),
  z.strictObject({ cookie: text }),
  z.strictObject({ output: text }).describe("What a command wrote to the file $VICE_OUTPUTS"),
  z.strictObject({ match: pattern }).describe("The first group of a regular expression"),
]);
export type Capture = z.output<typeof capture>;

export const captures = z
  .record(variable, capture)
  .default({})
  .describe("Values for the checks behind it in the chain, used as captures.name");

const common = {
  name: z.string().trim().min(1).max(200).optional().describe("What it is called; else kind and address"),
  severity: z.enum(["gate", "warn"]).default("gate").describe("warn: a failure is told and stops nothing"),
  timeout: duration.default(10_000).describe("Of one attempt"),
  settle: duration.default(0).describe("So long it is tried again until it passes"),
  every: duration.default(1000).describe("Pause between two attempts"),
  stable: z.int().min(1).max(100).default(1).describe("So many successes in a row"),
  secrets: secretNames("Variables of vice's own environment that it may use as env.NAME"),
};

/** The form of one kind, with what all kinds have; its own keys win. */
export const checkForm = <K extends string, S extends z.core.$ZodShape>(kind: K, shape: S) =>
  z.strictObject({ type: z.literal(kind), ...common, ...shape });

/** What vice itself reads of a check, whatever its kind. */
export type CommonSpec = z.output<z.ZodObject<typeof common>>;

/** A number that may be filled in when it is run. */
export const port = z.union([
  z.int().min(1).max(65_535),
  z
    .string()
    .regex(/^\d{1,5}$|\$\{\{/, "a port is a number up to 65535")
    .transform(Number),
]);
