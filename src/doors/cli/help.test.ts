// The help as golden text: test/golden/*.txt. VICE_UPDATE_GOLDEN=1 writes them again.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { type Command, PARTS } from "../../kit/command.ts";
import { showDeployment } from "../../parts/viz/detail.ts";
import { activities, deployments } from "../../parts/viz/history.ts";
import { deploymentInfo, status } from "../../parts/viz/status.ts";
import { versions } from "../../parts/viz/versions.ts";
import type { Services } from "../../ports/services.ts";
import { describedVerbs } from "./all-verbs.ts";
import { helpFor } from "./builtins/help-verb.ts";
import { coloured, plain } from "./output/paint.ts";

/** A command with a field of every type. */
const everything = {
  ...{
    id: "data.everything",
    words: null,
    part: "data",
    summary: "Do everything at once, so that every kind of flag is seen in help.",
  },
  ...{
    examples: ["vice data everything shop --tag a=b"],
    effect: "danger",
    positional: ["project", "...files"],
    list: "items",
  },
  input: z.object({
    project: z.string().describe("Project or service"),
    files: z.array(z.string()).default([]),
    message: z.string().optional().meta({
      short: "m",
      description: "What to say, which may well be a longer sentence than fits into one line of help",
    }),
    howMany: z.int().default(3).describe("How many."),
    order: z.enum(["up", "down"]).default("up"),
    tag: z.record(z.string(), z.string()).default({}).describe("Facts"),
    only: z.array(z.enum(["a", "b"])).default([]),
    colours: z.boolean().default(true).describe("Paint it"),
    plan: z.string().optional().meta({ file: "content", description: "A plan" }),
    shape: z.object({ x: z.number() }).optional(),
  }),
  output: z.object({ items: z.array(z.string()) }),
  run: () => ({ items: [] }),
  text: () => "",
} as const;

const commands: unknown[] = [
  status,
  versions,
  deployments,
  showDeployment,
  activities,
  deploymentInfo,
  everything,
];
const verbs = describedVerbs(commands as Command<Services>[], []);
const golden = (name: string): string => join(import.meta.dirname, "../../../test/golden", `${name}.txt`);

const help = (words: string[], columns: number): string =>
  helpFor(verbs, words, "1.2.3", { columns, color: plain });

test.each<[name: string, words: string[]]>([
  ["help", []],
  ["help-status", ["status"]],
  ["help-deployments-show", ["deployments", "show"]],
  ["help-data-everything", ["greed", "everything"]],
  ["help-viz", ["viz"]],
  ["help-deployments", ["deployments"]],
  ["help-run", ["run"]],
  ["help-completion", ["completion"]],
  ["help-flags", ["flags"]],
])("%s", (name, words) => {
  const text = `${help(words, 80)}\n`;
  if (process.env["VICE_UPDATE_GOLDEN"]) writeFileSync(golden(name), text);
  expect(text).toBe(readFileSync(golden(name), "utf8"));
});

test("nothing is wider than the screen, on narrow and wide ones", () => {
  for (const columns of [60, 80, 100, 200]) {
    const generated = verbs
      .filter(({ builtin }) => builtin?.help === undefined)
      .map(({ words }) => help([...words], columns));
    const lines = [help([], columns), help(["flags"], columns), ...generated].flatMap((text) =>
      text.split("\n"),
    );
    const wide = lines.filter(
      (line) => line.length > Math.min(columns, 100) && !/^( {2}vice |Usage:)/.test(line),
    );
    expect(wide).toEqual([]);
  }
});

test("every vice is named in grey beside its part", () => {
  const text = helpFor(verbs, [], "1.2.3", { columns: 80, color: coloured });
  for (const part of ["viz", "data"] as const)
    expect(text).toContain(`${part} \u001b[2m${PARTS[part]}\u001b[22m`);
});
