/** `vice trace link` and `unlink`: what the tools could not know, a person says; a rebuild keeps it. */
import { z } from "zod";
import type { EventType } from "../../../domain/event.ts";
import { nameOf } from "../../../domain/trace/name-of.ts";
import type { Command, CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { shortId } from "../say.ts";

const input = z.object({
  from: z.string().trim().min(1).describe("The cause: id, or its unique start"),
  to: z.string().trim().min(1).describe("What it led to: id, or its unique start"),
  reason: z.string().trim().min(1).max(1000).describe("Why; it stands in the audit log and in the trace"),
});

const end = z.strictObject({ id: z.string(), name: z.string(), traceId: z.string() });
const output = z.strictObject({ from: end, to: end, reason: z.string(), linked: z.boolean() });

type Context = CommandContext<Services>;
type End = z.output<typeof end>;

function endOf(id: string, { services, now }: Context): End {
  const activity = services.store.read.activity(services.store.resolveId(id), now());
  if (activity === null) throw new ViceError("not-found", { what: "activity", name: id });
  return { id: activity.id, name: nameOf(activity), traceId: activity.traceId };
}

const isLinked = (from: End, to: End, { services, now }: Context): boolean =>
  services.store.traces.links(from.id, now()).effects.some(({ activity }) => activity.id === to.id);

async function say(
  type: Extract<EventType, "vice.link.made.v1" | "vice.link.cut.v1">,
  { from: cause, to: effect, reason }: z.output<typeof input>,
  ctx: Context,
): Promise<z.input<typeof output>> {
  const [from, to] = [endOf(cause, ctx), endOf(effect, ctx)];
  if (from.id === to.id)
    throw new ViceError("input.invalid", {
      message: "Both are the same activity. Nothing was changed.",
      hint: "Name two: vice trace link CAUSE EFFECT --reason ...",
    });
  const wanted = type === "vice.link.made.v1";
  if (isLinked(from, to, ctx) === wanted) {
    throw new ViceError("conflict", {
      message: `${from.name} and ${to.name} are ${wanted ? "linked already" : "not linked"}. Nothing was changed.`,
      hint: wanted
        ? `See them: vice trace ${shortId(from.id)}`
        : `See what is linked, and which way round: vice trace ${shortId(from.id)} --json`,
    });
  }
  const data = { from: from.id, to: to.id, reason };
  await recordEvents(ctx, [saidEvent(ctx, type, from.id, data)]);
  return { from, to, reason, linked: wanted };
}

export const linkTrace: Command<Services, typeof input, typeof output> = {
  id: "viz.link",
  words: ["trace", "link"],
  part: "viz",
  summary: "Say that one activity led to another, where the tools do not tell.",
  examples: ['vice trace link 0193f1c2 0193f1d7 --reason "deployed by hand for this ticket"'],
  effect: "write",
  positional: ["from", "to"],
  input,
  output,
  run: (given, ctx) => say("vice.link.made.v1", given, ctx),
  text: ({ from, to }) =>
    `${from.name} led to ${to.name}. See it: vice trace ${shortId(from.id)}\nTake it back: vice trace unlink ${from.id} ${to.id} --reason "..."`,
};

export const unlinkTrace: Command<Services, typeof input, typeof output> = {
  id: "viz.unlink",
  words: ["trace", "unlink"],
  part: "viz",
  summary: "Cut a link that is wrong; it stays cut, also when the links are made anew.",
  examples: ['vice trace unlink 0193f1c2 0193f1d7 --reason "the branch name was used twice"'],
  effect: "write",
  positional: ["from", "to"],
  input,
  output,
  run: (given, ctx) => say("vice.link.cut.v1", given, ctx),
  text: ({ from, to }) =>
    `${from.name} no longer leads to ${to.name}.\nTake it back: vice trace link ${from.id} ${to.id} --reason "..."`,
};
