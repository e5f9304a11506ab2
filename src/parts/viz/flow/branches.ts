/** `vice flow branches`: changes that have been open for long, oldest first. */
import { z } from "zod";
import { nameOf } from "../../../domain/trace/name-of.ts";
import type { Command } from "../../../kit/command.ts";
import { parseDuration, sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { printable, table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { inSlices } from "../in-slices.ts";
import { sayUnknown, unknownFilters, unknownIn } from "../unknown-names.ts";
import { openedAt } from "./board.ts";

const MOST = 1000;

const input = z.object({
  service: z.string().optional(),
  team: z.string().optional(),
  olderThan: z.string().default("0d").describe("Only those open for longer, as 7d or 36h"),
});
const output = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      branch: z.string().nullable(),
      target: z.string().nullable(),
      service: z.string().nullable(),
      team: z.string().nullable(),
      openedAt: z.string(),
      ageMs: z.number().describe("Milliseconds since it was opened"),
      draft: z.boolean(),
      url: z.string().nullable(),
    }),
  ),
  truncated: z.boolean(),
  unknown: unknownFilters,
});

export const branches: Command<Services, typeof input, typeof output> = {
  id: "viz.flow-branches",
  words: ["flow", "branches"],
  part: "viz",
  summary: "List open changes by age: branches that live long are merged late and with trouble.",
  examples: ["vice flow branches --older-than 7d", "vice flow branches shop --json"],
  effect: "read",
  positional: ["service"],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/flow/branches" },
  run: async ({ service, team, olderThan }, { services, now }) => {
    const nowMs = now();
    const limitMs = parseDuration(olderThan);
    if (limitMs === null)
      throw new ViceError("input.invalid", {
        message: `"${olderThan}" is no duration.`,
        hint: "Write 7d or 36h.",
      });
    const page = services.store.flows.lasting({ kind: "change", service, team }, MOST, nowMs);
    const all = await inSlices(page.items, (activity) => {
      const opened = openedAt(services, activity);
      const { id, ref, tags, url } = activity;
      return {
        ...{ id, name: nameOf(activity), branch: ref, target: tags["targetBranch"] ?? null },
        ...{ service: activity.service, team: activity.team, openedAt: opened },
        ...{ ageMs: Math.max(0, nowMs - Date.parse(opened)), draft: tags["draft"] === "true", url },
      };
    });
    const items = all.filter(({ ageMs }) => ageMs >= limitMs).sort((a, b) => b.ageMs - a.ageMs);
    const unknown = unknownIn({ service, team }, page.items, services);
    return { items, truncated: page.truncated, ...(unknown === undefined ? {} : { unknown }) };
  },
  note: sayUnknown,
  text: ({ items, unknown }, style) => {
    if (items.length === 0) return unknown === undefined ? "No change is open for so long." : "";
    return table(
      items,
      [
        { title: "open for", value: (row) => sayDuration(row.ageMs), align: "right" },
        { title: "change", value: (row) => printable(row.name), flexible: true },
        { title: "branch", value: (row) => row.branch ?? "-", flexible: true },
        { title: "into", value: (row) => row.target ?? "-" },
        { title: "service", value: (row) => row.service ?? "-", flexible: true },
      ],
      style,
    );
  },
};
