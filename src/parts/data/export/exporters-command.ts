/** `vice data exporters`: where activities go as spans, how far each has come, and what stands in the way. */
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import type { Command } from "../../../kit/command.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { type ExporterView, exporterViews } from "./export-state.ts";

const time = z.string().nullable();
const row = z.strictObject({
  exporter: z.string(),
  where: z.string().describe("Without what is secret"),
  problem: z.string().nullable().describe("Why nothing can be sent; null: it can"),
  lagEvents: z.int().nullable().describe("Events that it has not seen to; null: it never ran"),
  lagMs: z.int().nullable().describe("How long the first of them has been waiting"),
  spans: z.int().describe("Taken by the other side; those that came twice included"),
  rejected: z.int().describe("Of those, said not to be wanted (partialSuccess)"),
  dropped: z.int().describe("Refused for good"),
  lastSentAt: time,
  lastSaid: z.string().nullable().describe("What was said of those that were not wanted"),
  failingSince: time,
  lastError: z.string().nullable(),
  nextTryAt: time,
});
type Row = z.output<typeof row>;

const isoOf = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();

const input = z.strictObject({});
const output = z.strictObject({ items: z.array(row) });

export const listExporters: Command<Services, typeof input, typeof output> = {
  id: "data.exporters",
  words: null,
  part: "data",
  summary: "Show where activities are sent as OpenTelemetry spans, and how that does.",
  examples: ["vice data exporters", "vice data exporters --json"],
  effect: "read",
  positional: [],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/exporters" },
  run: (_input, { services, now }) => ({ items: exporterViews(services, now()).map(rowOf) }),
  text: ({ items }, style) =>
    items.length === 0
      ? "Nothing is sent anywhere. Name a collector in vice.server.yaml:\n\n  exporters:\n    otlp:\n      url: http://127.0.0.1:4318"
      : table(
          items,
          [
            { title: "exporter", value: ({ exporter }) => exporter },
            { title: "where", value: ({ where }) => where, flexible: true },
            { title: "spans", value: ({ spans }) => String(spans), align: "right" },
            { title: "behind", value: behind, align: "right" },
            {
              title: "state",
              value: (each) => stateOf(each, style.nowMs),
              paint: (text, { problem, lastError }) =>
                problem === null && lastError === null ? text : style.color("red", text),
              flexible: true,
            },
          ],
          style,
        ),
};

const rowOf = ({ name, failing, lastSentMs, ...rest }: ExporterView): Row => ({
  ...rest,
  exporter: name,
  lastSentAt: isoOf(lastSentMs),
  failingSince: isoOf(failing?.sinceMs),
  lastError: failing?.problem ?? null,
  nextTryAt: isoOf(failing?.dueMs),
});

function behind({ lagEvents, lagMs }: Row): string {
  if (lagEvents === null || lagMs === null) return "not begun";
  return lagEvents === 0 ? "no" : `${lagEvents} (${sayDuration(lagMs)})`;
}

function stateOf({ problem, lastError, lastSentAt, rejected, dropped }: Row, nowMs: number): string {
  if (problem !== null) return problem;
  if (lastError !== null) return `fails: ${lastError}`;
  const lost = [rejected === 0 ? "" : `${rejected} not wanted`, dropped === 0 ? "" : `${dropped} refused`];
  const sent = lastSentAt === null ? "nothing sent yet" : `sent ${sayAgo(lastSentAt, nowMs)}`;
  return [sent, ...lost.filter((part) => part !== "")].join(", ");
}
