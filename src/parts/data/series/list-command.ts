/** `vice data series`: which series were pushed in. */
import { z } from "zod";
import { seriesName } from "../../../domain/series/series.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { table } from "../../../kit/table.ts";
import { dataCommand } from "../define-command.ts";

export const listSeries = dataCommand({
  id: "data.series",
  words: null,
  part: "data",
  summary: "List the series of numbers that were pushed in.",
  examples: ["vice data series", "vice data series --json"],
  effect: "read",
  positional: [],
  input: z.object({}),
  output: z.strictObject({
    items: z.array(
      z.strictObject({
        name: z.string(),
        labels: z.record(z.string(), z.string()),
        points: z.int(),
        firstAt: z.string(),
        lastAt: z.string(),
      }),
    ),
  }),
  list: "items",
  http: { method: "GET", path: "/v1/series" },
  run: (_input, { services }) => ({
    items: services.store.series.list().map(({ labels, ...each }) => ({ ...each, labels: { ...labels } })),
  }),
  text: ({ items }, style) =>
    items.length === 0
      ? "No series was pushed in. Try: vice data push orders_per_minute --value 118"
      : table(
          items,
          [
            { title: "series", value: (row) => seriesName(row), flexible: true },
            { title: "points", value: (row) => String(row.points), align: "right" },
            { title: "first", value: (row) => sayAgo(row.firstAt, style.nowMs) },
            { title: "last", value: (row) => sayAgo(row.lastAt, style.nowMs) },
          ],
          style,
        ),
});
