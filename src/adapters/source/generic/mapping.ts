/** The mapping: how a few lines of YAML say where in unknown JSON the normal form stands. */
import { z } from "zod";
import { KINDS } from "../../../domain/activity.ts";
import { STEPS, type Step } from "../../../domain/transition.ts";

/** JSONPath may hold JavaScript (`?(...)`, `(...)`); in a mapping it never runs, so it is refused at once. */
const expression = z
  .union([z.string().min(1).max(500), z.number()])
  .transform(String)
  .refine(
    (text) => !/^(\$|\{\{).*[[?]\s*\(/.test(text),
    "scripts and filters are not allowed in a mapping; use `when`",
  );

/** A path, a template, a fixed text, or a list of them of which the first that gives something counts. */
const field = z.union([expression.transform((one) => [one]), z.array(expression).min(1)]);
export type Field = readonly string[];

const steps = Object.keys(STEPS) as [Step, ...Step[]];

/** Fields that become facts, each read by `facts.ts`. */
export const FACT_FIELDS = [
  "service",
  "environment",
  "tenant",
  "team",
  "version",
  "commitSha",
  "ref",
  "repository",
  "startedAt",
  "finishedAt",
  "createdAt",
  "durationSeconds",
  "durationMs",
  "url",
  "actor",
  "error",
  "title",
  "deploymentKind",
] as const;
export type FactField = (typeof FACT_FIELDS)[number];

const factFields = Object.fromEntries(FACT_FIELDS.map((name) => [name, field.optional()])) as Record<
  FactField,
  z.ZodOptional<typeof field>
>;

const wanted = z.union([z.string(), z.number(), z.boolean()]).transform(String);

export const mappingSchema = z.strictObject({
  /** Path -> text or texts that must stand there (`*` stands for any characters); else the delivery is ignored. */
  when: z.record(z.string(), z.union([wanted.transform((one) => [one]), z.array(wanted)])).default({}),
  /** Path of a list: each item is an activity, `$` is the item and `$$` the whole body. */
  each: expression.optional(),
  kind: z.enum(KINDS).default("deployment"),
  /** The source's own id, unique per kind. */
  id: field,
  instance: field.optional(),
  attempt: field.optional(),
  /** A word that `words`, or the list of usual words, turns into a step. */
  status: field,
  /** Word (`*` allowed) -> step, or `ignore`. The first that fits counts; usual words need no entry. */
  words: z.record(z.string(), z.enum([...steps, "ignore"])).default({}),
  /** Source time of the step; without it finishedAt, startedAt or createdAt, whichever fits the step. */
  at: field.optional(),
  ...factFields,
  tags: z.record(z.string(), field).default({}),
  /** The activity this is a part of, reported by the same source. */
  parent: z.strictObject({ kind: z.enum(KINDS), id: field }).optional(),
  /** The same id may open again after it closed. */
  reopens: z.boolean().default(false),
  /** The vendor's delivery id. */
  deliveryId: field.optional(),
  /** How the vendor signs the body. */
  signature: z
    .strictObject({
      header: z.string().min(1),
      prefix: z.string().default(""),
      algorithm: z.enum(["sha1", "sha256", "sha512"]).default("sha256"),
      encoding: z.enum(["hex", "base64"]).default("hex"),
    })
    .refine(
      ({ algorithm, encoding }) => encoding === "hex" || algorithm === "sha256",
      "base64 signatures are sha256",
    )
    .optional(),
});
export type Mapping = z.infer<typeof mappingSchema>;
/** A mapping as it is written, before defaults. */
export type MappingInput = z.input<typeof mappingSchema>;

/** One mapping, or several of which the first whose `when` fits counts. */
export const mappingsSchema = z.union([
  mappingSchema.transform((one) => [one]),
  z.array(mappingSchema).min(1).max(50),
]);
