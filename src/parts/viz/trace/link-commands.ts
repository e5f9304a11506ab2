/** `vice trace link` and `unlink`: what the tools could not know, a person says; a rebuild keeps it. */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import type { EventType } from "../../../domain/event.ts";
import { nameOf } from "../../../domain/trace/name-of.ts";
import type { Command, CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { shortId } from "../say.ts";
import { refuseWrongWay, type Way, waysLeft } from "./ways.ts";

const input = z.object({
  from: z.string().trim().min(1).describe("The cause: id, or its unique start"),
  to: z.string().trim().min(1).describe("What it led to: id, or its unique start"),
  reason: z.string().trim().min(1).max(1000).describe("Why; it stands in the audit log and in the trace"),
});

const end = z.strictObject({ id: z.string(), name: z.string(), traceId: z.string() });
const way = z.strictObject({ id: z.string(), name: z.string(), reason: z.string() });
const output = z.strictObject({
  from: end,
  to: end,
  reason: z.string(),
  linked: z.boolean(),
  left: z
    .array(way)
    .describe("After a cut: what `from` still leads to of what belongs to `to`, and why that is thought"),
});

type Context = CommandContext<Services>;
type End = z.output<typeof end>;

function activityOf(id: string, { services, now }: Context): Activity {
  const activity = services.store.read.activity(services.store.resolveId(id), now());
  if (activity === null) throw new ViceError("not-found", { what: "activity", name: id });
  return activity;
}

const endOf = (activity: Activity): End => ({
  ...{ id: activity.id, name: nameOf(activity), traceId: activity.traceId },
});

const isLinked = (from: End, to: End, { services, now }: Context): boolean =>
  services.store.traces.links(from.id, now()).effects.some(({ activity }) => activity.id === to.id);

async function say(
  type: Extract<EventType, "vice.link.made.v1" | "vice.link.cut.v1">,
  { from: cause, to: effect, reason }: z.output<typeof input>,
  ctx: Context,
): Promise<z.input<typeof output>> {
  const ends = { from: activityOf(cause, ctx), to: activityOf(effect, ctx) };
  const [from, to] = [endOf(ends.from), endOf(ends.to)];
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
  if (wanted) refuseWrongWay(ends, ctx.services, ctx.now());
  const data = { from: from.id, to: to.id, reason };
  await recordEvents(ctx, [saidEvent(ctx, type, from.id, data)]);
  return { from, to, reason, linked: wanted, left: wanted ? [] : waysLeft(ends, ctx.services, ctx.now()) };
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
  text: ({ from, to, left }) =>
    `${from.name} no longer leads to ${to.name}.${sayLeft(left)}\nTake it back: vice trace link ${from.id} ${to.id} --reason "..."`,
};

/** One link may be cut and the two still hang together by others. */
const sayLeft = (left: readonly Way[]): string =>
  left.length === 0
    ? ""
    : `\nIt still leads to what belongs to that; cut these too if they are wrong:${left
        .slice(0, MOST_LEFT)
        .map(({ id, name, reason }) => `\n  ${shortId(id)}  ${name} (${reason})`)
        .join("")}${left.length > MOST_LEFT ? `\n  and ${left.length - MOST_LEFT} more` : ""}`;

const MOST_LEFT = 10;
