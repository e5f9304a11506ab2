/** `vice where comment`: writes to the change itself where it is; one comment, edited each time, and labels. Durable through the outbox. */
import { z } from "zod";
import { foldName } from "../../../domain/fold-name.ts";
import type { Command } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import { markdownText } from "../../../kit/markdown.ts";
import type { Services } from "../../../ports/services.ts";
import { deliverChannel } from "../../notify/index.ts";
import { findSubject } from "./find-subject.ts";
import { type Place, placesOf } from "./places-of.ts";

const input = z.object({
  what: z.string().trim().min(1).max(2000).describe("#15, group/app!15 or the address of the change"),
  label: z
    .boolean()
    .default(false)
    .describe(
      "Label it too: `deployed: prod-eu` for each environment that has all of it; such labels that are no longer true are taken off",
    ),
  repository: z.url().max(2000).optional().describe("Of which repository, where a number fits several"),
});
const output = z.strictObject({
  change: z.string(),
  url: z.string(),
  text: z.string().describe("What the comment says"),
  labelled: z.array(z.string()).nullable().describe("Environments it is labelled with; null = not asked for"),
  state: z.enum(["delivered", "waiting", "given-up"]),
  problem: z.string().nullable(),
});

/** How long the command waits for the other side; what is not done then is done by the server. */
const WAIT_MS = 10_000;

export const whereComment: Command<Services, typeof input, typeof output> = {
  id: "viz.where-comment",
  words: ["where", "comment"],
  part: "viz",
  summary: "Write to a change in which environments it is: one comment, edited each time.",
  examples: [
    "vice where comment '#15' --label",
    "vice where comment https://github.com/example/shop/pull/15",
  ],
  effect: "write",
  positional: ["what"],
  input,
  output,
  run: async ({ what, repository = null, label }, { services, now, signal }) => {
    const subject = findSubject(what, { services, nowMs: now(), repository });
    const url = subject.kind === "change" ? pageOf(subject.url, what) : null;
    if (url === null)
      throw new ViceError("input.invalid", {
        message: `${subject.name} has no page that could be commented on: only changes that a tool told of have one.`,
        hint: "Name it by the address of its page.",
      });
    const channel = `change:${new URL(url).host.toLowerCase().replace(/^www\./, "")}`;
    if (services.notifiers.get(channel) === null)
      throw new ViceError("not-supported", {
        message: `No connection with a token goes to ${new URL(url).host}. Nothing was written.`,
        hint: "Write it into vice.server.yaml: sources: { github: { poll: { url: ..., tokenFile: ..., only: [...] } } }",
      });
    const { places } = placesOf(subject, { services, nowMs: now() });
    const text = sayPlaces(places);
    const environments = label ? wholeIn(places) : null;
    const place = { service: null, team: null, environment: null, tier: null, reach: "one" };
    const at = new Date(now()).toISOString();
    const about = { kind: "where", text, link: url, at, place };
    const id = `where_${uuidv7(now())}`;
    services.store.outbox.put(
      [{ id, channel, payload: { ...about, ...(environments === null ? {} : { environments }) } }],
      now(),
    );
    const soon = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
    await deliverChannel({ services, now, signal: soon }, channel);
    const states = ["delivered", "waiting", "given-up"] as const;
    const [row] = services.store.outbox.list({ channel, states, ids: [id] }, 1);
    const { state = "waiting", lastError = null } = row ?? {};
    return { change: subject.name, url, text, labelled: environments, state, problem: lastError };
  },
  text: ({ change, url, labelled, state, problem }) =>
    state === "delivered"
      ? `${change} has the comment${sayLabels(labelled)}: ${url}`
      : `${change}: ${problem ?? "not there yet"}${state === "waiting" ? "; it is tried again while a server runs" : ""}`,
  exit: ({ state }) => (state === "given-up" ? 69 : 0),
};

function sayLabels(labelled: readonly string[] | null): string {
  if (labelled === null) return "";
  return labelled.length === 0
    ? " and no label, as no environment has all of it"
    : ` and is labelled ${labelled.map((name) => `"deployed: ${name}"`).join(", ")}`;
}

/** Environments in which every service that it has to do with has all of it: what is not known is not claimed. */
function wholeIn(places: readonly Place[]): string[] {
  const byName = Map.groupBy(places, ({ environment }) => foldName(environment));
  return [...byName.values()].flatMap((there) =>
    there.every(({ state }) => state === "there") ? (there[0]?.environment ?? []) : [],
  );
}

const pageOf = (url: string | null, what: string): string | null => {
  const page = url ?? (/^https?:/i.test(what) ? what : null);
  return page !== null && URL.canParse(page) ? page : null;
};

/** Times are absolute: a comment grows old. */
function sayPlaces(places: readonly Place[]): string {
  if (places.length === 0) return "Not deployed anywhere that is known.";
  const rows = places.map((place) => {
    const { service, environment, since, version } = place;
    const there = sayThere(place);
    const cells = [service ?? "unknown", environment ?? "unknown", there, minute(since), version];
    return `| ${cells.map((cell) => markdownText(cell ?? "")).join(" | ")} |`;
  });
  return ["| service | environment | there | since (UTC) | version |", "|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

function sayThere({ state, commitsThere, commitsOf, reason, until, takenBackBy }: Place): string {
  const by = `taken back by ${takenBackBy?.name}`;
  const said = {
    there: "yes",
    partly: `partly: ${commitsThere} of ${commitsOf} commits${takenBackBy === null ? "" : `, ${by}`}`,
    "not-yet": "not yet",
    "no-longer": `no longer, until ${minute(until)} UTC`,
    "taken-back": until === null ? by : `${by}, until ${minute(until)} UTC`,
    unknown: `not known (${reason})`,
  };
  return said[state];
}

const minute = (at: string | null): string | undefined => at?.slice(0, 16).replace("T", " ");
