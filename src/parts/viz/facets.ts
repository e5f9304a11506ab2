/** What a filter may offer: the services, teams, environments, sources and persons that were seen. */
import { z } from "zod";
import { TIERS } from "../../domain/activity.ts";
import type { Command } from "../../kit/command.ts";
import { printable } from "../../kit/table.ts";
import type { Services } from "../../ports/services.ts";

const ACTORS = 500;

const input = z.object({});
const output = z.strictObject({
  services: z.array(z.string()),
  teams: z.array(z.string()),
  environments: z.array(z.strictObject({ name: z.string(), tier: z.enum(TIERS).nullable() })),
  sources: z.array(z.string()),
  actors: z.array(z.string()),
});

export const facets: Command<Services, typeof input, typeof output> = {
  id: "viz.facets",
  words: null,
  part: "viz",
  summary: "List what can be filtered by: services, teams, environments, sources, persons.",
  examples: ["vice viz facets --json"],
  effect: "read",
  positional: [],
  input,
  output,
  http: { method: "GET", path: "/v1/facets" },
  run: (_, { services }) => {
    const { names } = services.store;
    const reported = names.reported();
    const distinct = (values: ReadonlyArray<string | null>): string[] =>
      [...new Set(values.filter((value) => value !== null))].sort();
    return {
      services: distinct(reported.map((each) => each.service)),
      teams: distinct(names.teams().map((each) => each.team)),
      environments: names.environments().map(({ name, tier }) => ({ name, tier })),
      sources: distinct(reported.map((each) => each.source)),
      actors: names.actors(ACTORS),
    };
  },
  text: (found) =>
    (["services", "teams", "sources", "actors"] as const)
      .map((key) => `${key}: ${printable(found[key].join(", ")) || "-"}`)
      .join("\n"),
};
