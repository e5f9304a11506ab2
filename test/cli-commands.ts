// A command for tests of the terminal door, and records for its spool.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { allCommands } from "../src/app/commands.ts";
import type { Command } from "../src/kit/command.ts";
import { ViceError } from "../src/kit/errors.ts";
import type { Services } from "../src/ports/services.ts";

/** Takes long, says how far it is, and is dangerous. */
const slow = {
  ...{
    id: "data.slow",
    words: null,
    part: "data",
    summary: "Take a while.",
    examples: [],
    effect: "danger",
    positional: ["word"],
  },
  input: z.object({ word: z.string(), fail: z.boolean().default(false) }),
  output: z.object({ said: z.string() }),
  run: async ({ word, fail }, { progress }) => {
    progress(0.5, "half of it");
    await new Promise((resolve) => setTimeout(resolve, 60));
    if (fail) throw new ViceError("conflict", { message: `${word} is taken.` });
    return { said: word };
  },
  text: ({ said }) => `It said ${said}.`,
} satisfies Command<
  Services,
  z.ZodObject<{ word: z.ZodString; fail: z.ZodDefault<z.ZodBoolean> }>,
  z.ZodObject<{ said: z.ZodString }>
>;
/** All commands and the slow one. */
export const commands = [...allCommands, slow as Command<Services>];

/** The record of a build that began. */
export const step = (activity: string): string =>
  JSON.stringify({
    v: 1,
    op: "start",
    id: activity,
    at: "2026-11-20T10:00:00.000Z",
    kind: "build",
    name: "compile",
    service: "shop",
  });

/** Appends lines to the spool of a home. */
export function spool(home: string, ...lines: string[]): void {
  mkdirSync(join(home, "spool"), { recursive: true });
  writeFileSync(join(home, "spool", "active.ndjson"), lines.map((line) => `${line}\n`).join(""), {
    flag: "a",
  });
}
