/** The flags of all kinds of reports as those of one command, and the ones that a kind takes out of them. */
import { z } from "zod";
import { describeIssues } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { ReportKind } from "./kind.ts";

type Shape = Record<string, z.ZodType>;

/** Sent by the door without being asked, so nobody is told that a kind has no use for them. */
const UNASKED = new Set(["files", "under", "subject"]);

/** Every key of every kind, none of them needed and none with a default: each kind reads its own again. */
export function mergedShape(kinds: readonly ReportKind[]): Shape {
  const merged: Shape = {};
  for (const kind of kinds)
    for (const [key, schema] of Object.entries(kind.input.shape as Shape))
      merged[key] ??= rawOf(schema)
        .optional()
        .meta(metaOf(schema, kinds, key));
  return merged;
}

/** Says which kinds take it, where not all do. */
function metaOf(schema: z.ZodType, kinds: readonly ReportKind[], key: string): z.GlobalMeta {
  const own = { ...metaInside(schema) };
  const takers = kinds.filter(({ input }) => key in input.shape);
  const named = takers.map(({ name }) => name).join(", ");
  const about = own.description ?? "";
  if (takers.length === kinds.length || takers.length > 4 || UNASKED.has(key)) return own;
  return { ...own, description: about === "" ? `Of: ${named}` : `${about} (${named})` };
}

function metaInside(schema: z.ZodType): z.GlobalMeta {
  const own = schema.meta();
  if (own !== undefined) return own;
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? metaInside(schema.unwrap() as z.ZodType)
    : {};
}

/** What is written, before defaults and transformations. */
function rawOf(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return rawOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodPipe ? rawOf(schema.in as z.ZodType) : schema;
}

/** @throws ViceError `usage` for a flag of another kind or a missing word, `input.invalid` */
export function inputFor(
  kind: ReportKind,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { shape } = kind.input;
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  const foreign = said.map(([key]) => key).find((key) => !(key in shape) && !UNASKED.has(key));
  if (foreign !== undefined) throw wrongFlag(kind, foreign);
  if (given["subject"] !== undefined && !("subject" in shape))
    throw new ViceError("usage", {
      message: `The report "${kind.name}" is about nothing else: "${String(given["subject"])}" is one word too many.`,
      hint: `Write: vice report ${kind.name}`,
    });
  const own = Object.fromEntries(said.filter(([key]) => key in shape));
  const parsed = kind.input.safeParse(own);
  if (parsed.success) return parsed.data;
  if (kind.subject !== undefined && given["subject"] === undefined)
    throw new ViceError("usage", {
      message: `The report "${kind.name}" needs ${kind.subject}.`,
      hint: `Write: vice report ${kind.name} ${kind.subject}`,
    });
  throw new ViceError("input.invalid", describeIssues(parsed.error, own));
}

function wrongFlag({ name, input }: ReportKind, flag: string): ViceError {
  const known = Object.keys(input.shape).filter((key) => !UNASKED.has(key));
  const meant = nearest(flag, known);
  return new ViceError("usage", {
    message: `The report "${name}" does not take --${flag}.`,
    ...(meant === null ? {} : { nearest: meant }),
    hint: known.length === 0 ? "It takes none." : `It takes: ${known.map((key) => `--${key}`).join(", ")}.`,
  });
}
