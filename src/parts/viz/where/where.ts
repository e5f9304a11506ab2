/** `vice where`: in which environments a commit, a change or a ticket is, and since when. */
import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { Command } from "../../../kit/command.ts";
import { printable, table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { findSubject } from "./find-subject.ts";
import { placesOf } from "./places-of.ts";
import { STATES } from "./verdict.ts";

const text = z.string().nullable();

const input = z.object({
  what: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .describe("A sha or the start of one, #15, group/app!15, SHOP-12, or the address of its page"),
  repository: z.url().max(2000).optional().describe("Of which repository, where a number fits several"),
});

export const whereSchema = z.strictObject({
  kind: z.enum(["commit", "change", "ticket"]),
  name: z.string(),
  title: text,
  url: text,
  activity: text.describe("Id of the activity; null = no tool told of it"),
  repository: text,
  commits: z.array(z.string()).describe("All of its repository have to be there"),
  places: z.array(
    z.strictObject({
      service: text,
      environment: text,
      tier: z.enum(TIERS).nullable(),
      tenant: text,
      state: z.enum(STATES),
      isThere: z.boolean().nullable().describe("All of it; null = not known, see reason"),
      commitsThere: z.int().describe("How many of its commits are there, as far as is known"),
      commitsOf: z.int().describe("Of so many that concern this service"),
      since: text.describe("When the deployment that brought it ended"),
      until: text.describe(
        "When the deployment that took it away ended; null = it was not seen there before",
      ),
      deployment: text,
      version: text,
      takenBackBy: z
        .strictObject({ name: z.string(), sha: z.string(), activity: text, url: text })
        .nullable()
        .describe("The revert that runs there too, by its change or its commit; null = none"),
      reason: text,
    }),
  ),
  unsure: z
    .int()
    .describe(
      "Other places that may have it: neither the repository nor the commit of what runs there is known",
    ),
  hint: text,
});
export type Where = z.output<typeof whereSchema>;
type PlaceView = Where["places"][number];

export const where: Command<Services, typeof input, typeof whereSchema> = {
  id: "viz.where",
  words: ["where"],
  part: "viz",
  summary: "Show in which environments a commit, a change or a ticket is, and since when.",
  examples: ["vice where 279484c0", "vice where '#15'", "vice where SHOP-12 --json"],
  effect: "read",
  positional: ["what"],
  input,
  output: whereSchema,
  list: "places",
  http: { method: "GET", path: "/v1/where/:what", queryPath: "/v1/where" },
  run: ({ what, repository = null }, { services, now }) => {
    const { parts, ...subject } = findSubject(what, { services, nowMs: now(), repository });
    const { places, unsure } = placesOf({ parts, ...subject }, { services, nowMs: now() });
    const isKnown =
      parts.length > 0 &&
      (places.length > 0 || unsure === 0) &&
      places.every(({ isThere }) => isThere !== null);
    const commits = parts.map(({ sha }) => sha);
    return { ...subject, commits, places, unsure, hint: isKnown ? null : HINT };
  },
  text: (result, style) => {
    const { name, title, places } = result;
    const head = style.color("bold", printable([name, title].filter(Boolean).join(" ")));
    if (places.length === 0) return `${head}\n${sayNowhere(result)}`;
    const rows = table(
      places,
      [
        { title: "service", value: (row) => row.service ?? "unknown", flexible: true },
        {
          title: "environment",
          value: (row) => [row.environment ?? "unknown", row.tenant].filter(Boolean).join(" · "),
        },
        {
          title: "there",
          value: (row) => sayThere(row, style.nowMs),
          paint: (said, { state }) => style.color(COLORS[state], said),
        },
        { title: "since", value: (row) => (row.since === null ? "-" : sayAgo(row.since, style.nowMs)) },
        { title: "version", value: (row) => row.version ?? "-", flexible: true },
      ],
      style,
    );
    const unsure = places.filter((each) => each.isThere === null && each.reason !== null);
    const reasons = unsure.map((each) => `${sayPlace(each)}: not known, because ${each.reason}`);
    return [head, rows, ...reasons.map(printable)].join("\n");
  },
  note: ({ hint }) => hint ?? "",
};

const HINT = "Bring the commits in: vice data import git FOLDER, in a clone of the repository.";

const sayPlace = ({ service, environment }: PlaceView): string =>
  `${service ?? "unknown"} in ${environment ?? "unknown"}`;

const COLORS = {
  there: "green",
  partly: "yellow",
  "not-yet": "dim",
  "no-longer": "dim",
  "taken-back": "yellow",
  unknown: "yellow",
} as const;

/** The mark is said in words too. */
function sayThere({ state, commitsThere, commitsOf, until, takenBackBy }: PlaceView, nowMs: number): string {
  const gone = until === null ? "" : ` (until ${sayAgo(until, nowMs)})`;
  const by = takenBackBy === null ? "" : `, taken back by ${takenBackBy.name}`;
  const said = {
    there: "✓ yes",
    partly: `◐ partly: ${commitsThere} of ${commitsOf} commits${by}`,
    "not-yet": "○ not yet",
    "no-longer": `○ no longer${gone}`,
    "taken-back": `✗ taken back by ${takenBackBy?.name}${gone}`,
    unknown: "? not known",
  };
  return said[state];
}

function sayNowhere({ commits, unsure }: Where): string {
  if (commits.length === 0) return "No commit of it is known, so nobody can say where it is.";
  if (unsure === 0) return "Nothing that runs anywhere is known to have to do with it.";
  const places = unsure === 1 ? "1 place" : `${unsure} places`;
  return `Where it is, is not known: of ${places} neither the repository nor the commit of what runs there is known.`;
}
