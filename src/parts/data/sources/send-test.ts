/** `vice source test`: sends a sample that is signed like the real thing; what it invents is voided before it arrives. */
import { z } from "zod";
import type { Command, CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Services } from "../../../ports/services.ts";
import type { Source } from "../../../ports/source.ts";
import { recordEvents, saidEvent } from "../log/record-events.ts";
import { findSource } from "./find-source.ts";
import { sign } from "./sign.ts";

/** Begins with the word by which the page knows a test. */
const REASON = "test: a sample sent by vice itself";

const input = z.object({ source: z.string(), instance: z.string().optional() });
const output = z.strictObject({
  delivery: z.string().nullable(),
  outcome: z.string().describe("duplicate = it arrived, and an earlier test said the same"),
  reason: z.string().nullable(),
  activities: z.array(z.string()).describe("Left out of status, lists and numbers"),
});

export const testSource: Command<Services, typeof input, typeof output> = {
  id: "source.test",
  words: ["source", "test"],
  part: "data",
  summary:
    "Send a sample delivery of a tool, signed with its secret, through the real intake; it does not count.",
  examples: ["vice source test github"],
  effect: "write",
  positional: ["source"],
  input,
  output,
  run: async ({ source: name, instance = null }, ctx) => {
    const source = await findSource(ctx.services, name);
    const rawBody = Buffer.from(JSON.stringify(source.sample.body));
    const headers = signed(source, instance, rawBody, ctx);
    await voidBefore(activitiesOf(source, instance, headers, ctx), ctx);
    const request = { source: name, instance, key: null, headers, rawBody, allowUnsigned: true };
    return ctx.services.intake.receive(request);
  },
  text: ({ outcome, reason, activities }) => {
    const look = `It does not count. Look at it: vice activities show ${activities[0] ?? ""}`;
    if (outcome === "accepted") return `The test was accepted. ${look}`;
    if (outcome === "duplicate") return `The test arrived, as an earlier one did. ${look}`;
    return `The test was ${outcome}: ${reason ?? "no reason given"}.`;
  },
};

function signed(
  source: Source,
  instance: string | null,
  rawBody: Uint8Array,
  { services, now }: CommandContext<Services>,
): Record<string, string> {
  const { secrets, options } = services.sources.instance(source.name, instance);
  const [secret] = secrets;
  const [scheme = { type: "bearer" as const }] = source.schemesFor?.(options) ?? source.schemes;
  const proof = secret === undefined ? {} : sign(scheme, secret, rawBody, now());
  const all = { "content-type": "application/json", ...source.sample.headers, ...proof };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key.toLowerCase(), value]));
}

/** What the sample will become. */
function activitiesOf(
  source: Source,
  instance: string | null,
  headers: Record<string, string>,
  { services, now }: CommandContext<Services>,
): string[] {
  const { options } = services.sources.instance(source.name, instance);
  const receivedAt = new Date(now()).toISOString();
  const read = source.normalise({ headers, body: source.sample.body, instance, receivedAt, options });
  return read.outcome === "accepted"
    ? [...new Set(read.transitions.map(({ object }) => activityId(object)))]
    : [];
}

/** Before it arrives, so that it is at no moment taken for a real one. @throws ViceError `conflict` */
async function voidBefore(ids: readonly string[], ctx: CommandContext<Services>): Promise<void> {
  const known = ids.map((id) => ctx.services.store.read.detail(id, ctx.now()));
  const real = known.find((detail) => detail !== null && detail.excluded === null);
  if (real != null) {
    throw new ViceError("conflict", {
      message: "Something that counts has the id of the sample already. Nothing was sent.",
      hint: `Look whether it is an earlier test: vice activities show ${real.activity.id}`,
    });
  }
  const events = ids
    .filter((_, at) => known[at] === null)
    .map((id) => saidEvent(ctx, "vice.activity.voided.v1", id, { reason: REASON }));
  if (events.length > 0) await recordEvents(ctx, events);
}
