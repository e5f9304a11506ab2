/** The small forms that kinds of steps are made of: names, variables, durations, commands. */
import { z } from "zod";
import { splitWords } from "./words.ts";

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Timers of the system cannot wait longer at once, and nobody means it. */
const LONGEST_MS = 24 * 86_400_000;

export const duration = z.union([z.string(), z.number().min(0)]).transform((given, ctx) => {
  const [, number, unit = "s"] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?\s*$/.exec(String(given)) ?? [];
  const ms = number === undefined ? Number.NaN : Number(number) * (UNIT_MS[unit] ?? 1000);
  if (ms <= LONGEST_MS) return ms;
  ctx.addIssue({ code: "custom", message: `"${given}" is no duration up to 24 d; write 30s, 10m or 2h` });
  return z.NEVER;
});

export const text = z.string().min(1);
/** Of steps, inputs and outputs: fits into an expression and into the name of a file. */
export const name = z
  .string()
  .regex(/^[A-Za-z][\w-]*$/, "a name begins with a letter and has letters, digits, - and _");
export const variable = z.string().regex(/^[A-Za-z_]\w*$/, "a variable has letters, digits and _");
export const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
export const variables = z.record(variable, scalar).default({});
export const oneOrMore = <T extends z.ZodType<string>>(one: T) =>
  z.union([one, z.array(one)]).transform((given): string[] => [given].flat());

export const secretNames = (what: string) => z.array(variable).default([]).describe(what);

const command = z.union([text, z.array(z.string()).min(1)]);

const words = command.transform((given, ctx) => {
  const split = typeof given === "string" ? splitWords(given) : { words: given };
  if ("words" in split) return split.words;
  ctx.addIssue({ code: "custom", message: `${split.problem}: write a list of words` });
  return z.NEVER;
});

const commandFull = z.strictObject({
  command: command.describe("A list of words, or a line that is split at blanks"),
  shell: z.boolean().default(false).describe("Give the line to sh -c; values come in by env"),
  cwd: text.optional().describe("Folder, seen from the folder of the pipeline"),
  env: variables,
  done: words
    .nullable()
    .default(null)
    .describe("After a crash: a command that ends with 0 when it was done, else it is done again"),
  secrets: secretNames("Variables of vice's own environment, masked in logs and outputs"),
});

/** @param kind as it stands in the file, for what is to be written instead */
export const commandForm = (kind: string) =>
  z
    .union([command.transform((given) => commandFull.parse({ command: given })), commandFull])
    .transform(({ command: given, shell, ...rest }, ctx) => {
      const refuse = (message: string): never => {
        ctx.addIssue({ code: "custom", message });
        return z.NEVER;
      };
      if (shell && typeof given !== "string") return refuse("a list of words needs no shell; write one line");
      if (shell && String(given).includes("${{"))
        return refuse("a value never goes into the text of a shell; pass it by env and write $NAME");
      if (shell || typeof given !== "string")
        return { argv: shell ? ["sh", "-c", String(given)] : [...given], ...rest };
      const split = splitWords(given);
      if ("words" in split) return { argv: split.words, ...rest };
      return refuse(`${split.problem}: write ${kind}: {command: ..., shell: true}`);
    });
export type CommandSpec = z.output<ReturnType<typeof commandForm>>;
