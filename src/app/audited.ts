/** Notes in the log who ran which command with effect, and with which outcome; also those that were refused. */
import type { Command, CommandContext } from "../kit/command.ts";
import { toViceError } from "../kit/errors.ts";
import type { Services } from "../ports/services.ts";

/** Longer input is cut: the log keeps who and what, not bulk. */
const MAX_INPUT = 2000;

/** The same command, with a `vice.command.invoked.v1` event after each run. Reading commands are as they were. */
export function audited(command: Command<Services>): Command<Services> {
  if (command.effect === "read" || command.needsStore === false) return command;
  return {
    ...command,
    run: async (input, ctx) => {
      try {
        const result = await command.run(input, ctx);
        await note(command.id, input, null, ctx);
        return result;
      } catch (error) {
        await note(command.id, input, toViceError(error).code, ctx).catch(() => {
          throw error; // what went wrong with the command matters more than that it could not be noted
        });
        throw error;
      }
    },
  };
}

async function note(
  command: string,
  input: unknown,
  code: string | null,
  ctx: CommandContext<Services>,
): Promise<void> {
  const text = JSON.stringify(input) ?? "null";
  const kept: unknown = text.length <= MAX_INPUT ? input : `${text.slice(0, MAX_INPUT)}…`;
  const data = { command, input: kept, outcome: code === null ? ("ok" as const) : ("error" as const), code };
  const bare = { source: "/commands", subject: null, traceparent: null, delivery: null };
  const time = new Date(ctx.now()).toISOString();
  const event = { ...bare, type: "vice.command.invoked.v1" as const, time, actor: ctx.principal.id, data };
  await ctx.services.log.append({ delivery: null, events: [event] });
}
