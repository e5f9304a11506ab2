/** The schema of `config` in `vice.yaml`: values and secrets of an application, what they must be like, and templates. Pure. */
import { z } from "zod";

export const VALUE_TYPES = ["string", "number", "integer", "boolean", "url", "json"] as const;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const rule = z.strictObject({
  type: z.enum(VALUE_TYPES).default("string"),
  required: z.boolean().default(false).describe("It must have a value in every environment"),
  enum: z.array(scalar).min(1).optional().describe("The only values that will do"),
  pattern: z.string().refine(isPattern, "this is no regular expression").optional(),
  default: scalar.optional().describe("What holds when no layer says anything"),
  description: z.string().optional(),
  secret: z.boolean().default(false).describe("It must stand below secrets, never below values"),
});
export type ValueRule = z.output<typeof rule>;

const values = z
  .record(z.string().min(1), z.unknown())
  .describe("Texts, numbers, true or false; lists and keys become JSON; null = not set here");

const secrets = z
  .record(
    z.string().min(1),
    z.union([z.string(), z.strictObject({ command: z.array(z.string()).min(1) }), z.null()]),
  )
  .describe("Where each one is: env:NAME, file:path, age, age:NAME, {command: [...]}; null = not set here");

const template = z.strictObject({
  from: z.string().min(1).describe("A file with holes for values and secrets: see docs/config.md"),
  to: z.string().min(1).describe("The file that is written"),
  mode: z
    .string()
    .regex(/^0?[0-7]{3}$/, "a mode is like 0644")
    .optional()
    .describe("Like 0644; with a secret in it never more than 0600"),
});
export type ValueTemplate = z.output<typeof template>;

export const valuesSchema = z.strictObject({
  values: values.optional(),
  secrets: secrets.optional(),
  schema: z.record(z.string().min(1), rule).optional().describe("What the values must be like, by name"),
  hosts: z
    .record(z.string(), z.strictObject({ values: values.optional(), secrets: secrets.optional() }))
    .optional()
    .describe("What differs on one host"),
  templates: z.array(template).optional().describe("Files that are written from the values"),
  recipients: z
    .array(z.string().regex(/^age1[0-9a-z]+$/, "a recipient is like age1..."))
    .optional()
    .describe("Public keys of age that may read the secrets of an environment"),
});
export type ValuesConfig = z.output<typeof valuesSchema>;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u").source !== "";
  } catch {
    return false; // a SyntaxError
  }
}
