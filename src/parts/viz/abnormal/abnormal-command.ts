/** `vice abnormal`: what is not as usual now. */
import { z } from "zod";
import { ABNORMAL_KINDS } from "../../../domain/abnormal/abnormal.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { Command } from "../../../kit/command.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";

const input = z.object({ service: z.string().optional() });
const output = z.strictObject({
  items: z.array(
    z.strictObject({
      key: z.string(),
      kind: z.enum(ABNORMAL_KINDS),
      activity: z.string().nullable().describe("The one that hangs"),
      service: z.string().nullable(),
      since: z.string(),
      foundAt: z.string(),
      value: z.number().describe("How it was when it was found: milliseconds, or tasks that wait"),
      usual: z.number(),
      said: z.string(),
    }),
  ),
});

export const abnormal: Command<Services, typeof input, typeof output> = {
  id: "viz.abnormal",
  words: ["abnormal"],
  part: "viz",
  summary:
    "Show what is not as usual: what hangs, queues that grow, services not deployed for unusually long.",
  examples: ["vice abnormal", "vice abnormal shop --json"],
  effect: "read",
  positional: ["service"],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/abnormal" },
  run: ({ service }, { services }) => ({
    items: services.store.standing
      .list("abnormal")
      .filter(({ data }) => service === undefined || foldName(data.service ?? "") === foldName(service))
      .map(({ at, data }) => ({ ...data, foundAt: at })),
  }),
  text: ({ items }, style) =>
    items.length === 0
      ? "Everything is as usual."
      : table(
          items,
          [
            { title: "kind", value: (row) => row.kind },
            { title: "since", value: (row) => sayAgo(row.since, style.nowMs) },
            { title: "what", value: (row) => row.said, flexible: true },
          ],
          style,
        ),
};

/** For beside other answers; empty = everything is as usual. */
export function sayAbnormal(many: number): string {
  if (many === 0) return "";
  return `${many === 1 ? "1 thing is" : `${many} things are`} not as usual: vice abnormal`;
}
