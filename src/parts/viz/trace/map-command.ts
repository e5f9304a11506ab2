/** `vice traces map`: how services, tools and teams are connected, by the work that went from one to the other. */
import { z } from "zod";
import type { Command } from "../../../kit/command.ts";
import { MOMENT_WORDS, readMoment } from "../../../kit/moment.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";

const DAYS = 90;
/** The newest activities that are looked at. */
const MOST = 20_000;

const input = z.object({
  since: z.string().optional().describe(`Included, without it the last ${DAYS} days; ${MOMENT_WORDS}`),
});

const place = z.strictObject({
  service: z.string().nullable(),
  source: z.string().describe("The tool"),
  team: z.string().nullable(),
});
const output = z.strictObject({
  items: z.array(
    z.strictObject({ from: place, to: place, count: z.int().describe("How often work went this way") }),
  ),
  since: z.string(),
});
type Place = z.output<typeof place>;

export const traceMap: Command<Services, typeof input, typeof output> = {
  id: "viz.map",
  words: ["traces", "map"],
  part: "viz",
  summary: "Show how services, tools and teams are connected: where work went from one to the other.",
  examples: ["vice traces map", "vice traces map --since '2 weeks ago' --json"],
  effect: "read",
  positional: [],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/map" },
  run: async ({ since }, { services, now }) => {
    const sinceMs = since === undefined ? now() - DAYS * 86_400_000 : readMoment(since, now());
    return {
      items: await services.store.traces.connections(sinceMs, MOST),
      since: new Date(sinceMs).toISOString(),
    };
  },
  text: ({ items }, style) => {
    if (items.length === 0) return "No work is known that went from one tool or service to another.";
    return table(
      items,
      [
        { title: "from", value: ({ from }) => sayPlace(from), flexible: true },
        { title: "to", value: ({ to }) => sayPlace(to), flexible: true },
        { title: "times", value: ({ count }) => String(count), align: "right" },
      ],
      style,
    );
  },
};

/** `shop in gitlab (payments)` */
const sayPlace = ({ service, source, team }: Place): string =>
  `${service === null ? source : `${service} in ${source}`}${team === null ? "" : ` (${team})`}`;
