/** `vice data map`: tries a mapping on a sample and says what each field would become; nothing is stored. */
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import type { Command, TextStyle } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import type { Normalised } from "../../../ports/source.ts";
import { dataCommand } from "../define-command.ts";

interface Sample {
  headers?: Record<string, string>;
  body: unknown;
}

const field = z.strictObject({
  field: z.string(),
  expression: z.string(),
  value: z.string().nullable(),
  problem: z.string().nullable().describe("Why the value is not used"),
});
type Item = Normalised & { fields: Array<z.output<typeof field>> };

/** The dry run of the generic source, handed in by the composition root. */
export type DryRunMapping = (
  mapping: unknown,
  sample: Sample,
) => { valid: false; problems: Array<{ path: string; message: string }> } | { valid: true; items: Item[] };

const input = z.object({
  sample: z
    .string()
    .meta({ file: "content" })
    .describe('A file with one body, or with {"headers": ..., "body": ...}'),
  mapping: z
    .string()
    .optional()
    .meta({ file: "content" })
    .describe("A file with the mapping (YAML), as under sources.<name>.map"),
  source: z
    .string()
    .optional()
    .describe("A source of vice.server.yaml with its mapping, or one that vice knows"),
});

const output = z.strictObject({
  items: z.array(
    z.strictObject({
      outcome: z.enum(["accepted", "ignored", "unmapped"]),
      reason: z.string().nullable(),
      transitions: z.array(z.record(z.string(), z.unknown())),
      fields: z.array(field),
    }),
  ),
});
type Output = z.output<typeof output>;

/** @throws in `run`: ViceError `data.invalid`, `source.unknown`, `input.invalid` */
export const mapCommand = (dryRun: DryRunMapping): Command<Services> =>
  dataCommand({
    id: "data.map",
    words: null,
    part: "data",
    summary: "Try a mapping on a sample and see what each field becomes. Nothing is stored.",
    examples: [
      "vice data map --sample body.json --mapping map.yaml",
      "vice data map --sample body.json --source netlify",
    ],
    effect: "read",
    positional: [],
    input,
    output,
    list: "items",
    run: async ({ sample, mapping, source }, { services, now }) => {
      const tried = readSample(sample);
      const chosen = mapping === undefined ? services.config.mappings[source ?? ""] : readMapping(mapping);
      if (chosen !== undefined) return { items: mapped(dryRun(chosen, tried)) };
      if (source !== undefined) return { items: [await knownSource(source, tried, services, now())] };
      throw new ViceError("input.invalid", {
        message: "There is no mapping to try.",
        hint: "Give --mapping file.yaml, or --source with a name.",
      });
    },
    text: sayItems,
  });

function readSample(text: string): Sample {
  const value = readJson(text);
  const isWhole =
    typeof value === "object" &&
    value !== null &&
    "body" in value &&
    Object.keys(value).every((key) => key === "body" || key === "headers");
  return isWhole ? (value as Sample) : { body: value };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : "it cannot be read";
    throw new ViceError("data.invalid", {
      message: `The sample is not JSON: ${problem}.`,
      hint: "Save one body as the tool sends it.",
    });
  }
}

function readMapping(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message.split("\n")[0] : "it cannot be read";
    throw new ViceError("data.invalid", {
      message: `The mapping is not YAML: ${problem}`,
      hint: "See examples/mappings for some that are right.",
    });
  }
}

function mapped(result: ReturnType<DryRunMapping>): Output["items"] {
  if (result.valid) return result.items.map(toItem);
  const [first] = result.problems;
  const where = first === undefined || first.path === "" ? "" : `${first.path}: `;
  throw new ViceError("data.invalid", {
    message: `The mapping is not right: ${where}${first?.message ?? "it fits no schema"}.`,
    hint: "See examples/mappings and the schema of vice.server.yaml.",
    problems: result.problems,
  });
}

const toItem = ({ fields, ...normalised }: Item): Output["items"][number] => ({
  outcome: normalised.outcome,
  reason: normalised.outcome === "accepted" ? null : normalised.reason,
  transitions: normalised.outcome === "accepted" ? normalised.transitions.map((each) => ({ ...each })) : [],
  fields,
});

async function knownSource(
  name: string,
  { headers = {}, body }: Sample,
  { sources }: Services,
  nowMs: number,
): Promise<Output["items"][number]> {
  const source = await sources.get(name);
  const known = sources.names();
  if (source === null)
    throw new ViceError("source.unknown", { name, nearest: nearest(name, known), known: known.join(", ") });
  const lower = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
  const { options } = sources.instance(name, null);
  const receivedAt = new Date(nowMs).toISOString();
  return toItem({
    ...source.normalise({ headers: lower, body, instance: null, receivedAt, options }),
    fields: [],
  });
}

function sayItems({ items }: Output, style: TextStyle): string {
  return items.map((item) => sayItem(item, style)).join("\n\n");
}

function sayItem(
  { outcome, reason, transitions, fields }: Output["items"][number],
  style: TextStyle,
): string {
  const head = style.color(
    outcome === "accepted" ? "green" : "yellow",
    reason === null ? outcome : `${outcome}: ${reason}`,
  );
  const rows = table(
    fields,
    [
      { title: "field", value: (row) => row.field },
      { title: "expression", value: (row) => row.expression, flexible: true },
      { title: "found", value: (row) => row.value ?? "-", flexible: true },
      {
        title: "problem",
        value: (row) => row.problem ?? "",
        flexible: true,
        paint: (text) => style.color("red", text),
      },
    ],
    style,
  );
  const results = transitions.map((each) => JSON.stringify(each, null, 2));
  return [head, ...(fields.length > 0 ? [rows] : []), ...results].join("\n");
}
