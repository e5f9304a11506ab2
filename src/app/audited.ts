/** Notes in the log who ran which command with effect, and with which outcome; also those that were refused. */
import { z } from "zod";
import { HIDDEN } from "../domain/project/hide-secrets.ts";
import type { Command, CommandContext } from "../kit/command.ts";
import { toViceError } from "../kit/errors.ts";
import { sha256Hex } from "../kit/ids.ts";
import type { Services } from "../ports/services.ts";

/** Longer input is cut: the log keeps who and what, not bulk. */
const MAX_INPUT = 2000;

/** The same command, with a `vice.command.invoked.v1` event after each run. Reading commands are as they were, unless they say otherwise. */
export function audited(command: Command<Services>): Command<Services> {
  const { effect, noted } = command;
  if ((effect === "read" && noted === undefined) || command.needsStore === false) return command;
  return {
    ...command,
    run: async (input, ctx) => {
      // Without a store (a command on files of its own) there is nothing to note it in.
      if (ctx.services.homeId === "") return command.run(input, ctx);
      // Whoever reads at home does it in a store that he only reads.
      const isRead = effect === "read" && (ctx.services.baseUrl === null || noted?.(input) !== true);
      if (isRead) return command.run(input, ctx);
      try {
        const result = await command.run(input, ctx);
        await note(command, input, null, ctx);
        return result;
      } catch (error) {
        await note(command, input, toViceError(error).code, ctx).catch(() => {
          throw error; // what went wrong with the command matters more than that it could not be noted
        });
        throw error;
      }
    },
  };
}

async function note(
  { id, input: schema }: Command<Services>,
  given: unknown,
  code: string | null,
  ctx: CommandContext<Services>,
): Promise<void> {
  const input = withoutContents(schema, given);
  const text = JSON.stringify(input) ?? "null";
  const kept: unknown = text.length <= MAX_INPUT ? input : `${text.slice(0, MAX_INPUT)}…`;
  const data = {
    command: id,
    input: kept,
    outcome: code === null ? ("ok" as const) : ("error" as const),
    code,
  };
  const bare = { source: "/commands", subject: null, traceparent: null, delivery: null };
  const time = new Date(ctx.now()).toISOString();
  const event = { ...bare, type: "vice.command.invoked.v1" as const, time, actor: ctx.principal.id, data };
  await ctx.services.log.append({ delivery: null, events: [event] });
}

/** What stood in files is named by its hash: there may be secrets in it, and the log never forgets. */
function withoutContents(schema: z.ZodType, given: unknown): unknown {
  if (typeof given !== "object" || given === null) return given;
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const kept = (key: string, value: unknown): unknown => {
    const { file, fileOf, noted } = Object(properties[key]) as Record<string, unknown>;
    const isContent = fileOf !== undefined || ["content", "projects"].includes(String(file));
    return noted === "names" ? namesOf(value) : isContent ? hashed(value) : value;
  };
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, kept(key, value)]));
}

/** Of `.meta({ noted: "names" })`: who types a secret where none belongs is refused, and it stands in the log of nobody. */
const namesOf = (value: unknown): unknown =>
  Object.fromEntries(Object.keys(Object(value)).map((key) => [key, HIDDEN]));

function hashed(value: unknown): unknown {
  if (typeof value === "string") return `sha256:${sha256Hex(Buffer.from(value))}`;
  if (Array.isArray(value)) return value.map(hashed);
  if (typeof value !== "object" || value === null || !("text" in value)) return value;
  return { ...value, text: hashed(value.text) };
}
