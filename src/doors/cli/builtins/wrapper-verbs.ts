/** The verbs of the wrapper, for help and completion; they themselves run before any of this is loaded. */
import { z } from "zod";
import { ViceError } from "../../../kit/errors.ts";
import { type Builtin, defineBuiltin } from "../cli-options.ts";
import { USAGE, type WrapperVerb } from "../wrapper/usage.ts";

const tag = z.array(z.string()).default([]).describe("key=value");
const common = {
  service: z.string().optional(),
  env: z.string().optional(),
  version: z.string().optional(),
  name: z.string().optional(),
  tag,
  server: z.string().optional(),
  token: z.string().optional(),
  quiet: z.boolean().default(false),
  json: z.boolean().default(false),
};

const INPUTS = {
  run: z.object({ kind: z.string().optional(), ...common }),
  event: z.object({
    ...common,
    type: z.string().optional(),
    parent: z.string().optional(),
    "event-id": z.string().optional(),
    status: z.enum(["succeeded", "failed", "canceled"]).optional(),
    error: z.string().optional(),
  }),
  shellenv: z.object({ shell: z.enum(["sh", "powershell"]).optional(), server: z.string().optional() }),
} as const satisfies Record<WrapperVerb, z.ZodType>;

const SUMMARIES: Readonly<Record<WrapperVerb, string>> = {
  run: "Run a command and record it; its output and exit code stay as they are.",
  event: "Record the start and the end of something that no command wraps.",
  shellenv: "Print shell functions that record a step without starting Node.",
};

const EXAMPLES: Readonly<Record<WrapperVerb, readonly string[]>> = {
  run: ["vice run --service shop --env production -- make deploy"],
  event: ['id="$(vice event --type pipeline start)"', 'vice event end --event-id "$id"'],
  shellenv: ['eval "$(vice shellenv)"'],
};

/** Reached only when the wrapper did not take the words first: a global flag stood before the verb. */
function refuse(verb: WrapperVerb): never {
  throw new ViceError("usage", {
    message: `"vice ${verb}" takes its flags behind the verb.`,
    hint: `Write: vice ${verb} ...`,
  });
}

export const wrapperVerbs: readonly Builtin[] = (Object.keys(USAGE) as WrapperVerb[]).map((verb) =>
  defineBuiltin({
    words: [verb],
    summary: SUMMARIES[verb],
    examples: EXAMPLES[verb],
    positional: [],
    input: INPUTS[verb],
    help: USAGE[verb],
    run: () => refuse(verb),
  }),
);
