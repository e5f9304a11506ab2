/** The DORA metrics over time: a line for each, with the incidents on its axis; and the same as small lines of letters. */
import type { Marker } from "../../../domain/chart/chart.ts";
import type { Block } from "../../../domain/chart/document.ts";
import { dateOf } from "../../../domain/metrics/buckets.ts";
import { DORA_METRICS, type DoraMetric } from "../../../domain/metrics/dora.ts";
import type { CommandContext, TextStyle } from "../../../kit/command.ts";
import { table } from "../../../kit/table.ts";
import type { DoraScope } from "../../../ports/dora.ts";
import type { Services } from "../../../ports/services.ts";
import { type doraOutput, NAMES, sayValue } from "../dora/index.ts";
import { type MarkerRow, toMarkers } from "./over-time.ts";
import { spark } from "./render/spark.ts";

type Dora = ReturnType<(typeof doraOutput)["parse"]>;

/** More pins than this hide what they stand on: the newest are shown. */
const MOST_PINS = 30;

export function incidentMarkers(
  { from, to, scope }: Dora,
  { services, now }: Pick<CommandContext<Services>, "services" | "now">,
): MarkerRow[] {
  const own = Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== null)) as DoraScope;
  const found = services.store.dora.incidents(own, { fromMs: Date.parse(from), toMs: Date.parse(to) });
  return found.slice(-MOST_PINS).map(({ id, service, beganMs, endedMs }) => {
    const { title, name } = services.store.read.activity(id, now())?.tags ?? {};
    const what = title ?? name ?? "incident";
    return {
      ...{ id, at: new Date(beganMs).toISOString(), failed: true },
      label: `${scope.service === null ? `${service}: ` : ""}${what}${endedMs === null ? " (open)" : ""}`,
    };
  });
}

/** As a chart writes it: seconds as milliseconds. */
const UNITS = { per_day: "a day", seconds: "ms", ratio: "ratio" } as const;
const valueIn = ({ unit, value }: { unit: keyof typeof UNITS; value: number | null }): number | null =>
  value !== null && unit === "seconds" ? value * 1000 : value;

/** Of which at least one bucket has a value; and the first bucket in which one of them has. */
function known({ buckets }: Pick<Dora, "buckets">): { metrics: DoraMetric[]; buckets: Dora["buckets"] } {
  const metrics = DORA_METRICS.filter((name) => buckets.some((each) => each.metrics[name].value !== null));
  const first = buckets.findIndex((each) => metrics.some((name) => each.metrics[name].value !== null));
  return { metrics, buckets: first === -1 ? [] : buckets.slice(first) };
}

export function doraCharts(data: Dora, marks: readonly MarkerRow[]): Block[] {
  const { metrics, buckets } = known(data);
  const fromMs = Date.parse(buckets[0]?.from ?? data.from);
  const markers: Marker[] = toMarkers(marks).filter(({ atMs }) => atMs >= fromMs);
  return metrics.map((name) => {
    const { unit, value } = data.metrics[name];
    return {
      kind: "chart",
      chart: {
        ...{ kind: "line", unit: UNITS[unit], fromMs, toMs: Date.parse(data.to), markers },
        title: `${capital(NAMES[name])} by ${data.bucket}: ${sayValue(unit, value)} in all`,
        about: `${NAMES[name]} by ${data.bucket}; pins are incidents, gaps are what is not known.`,
        series: [
          {
            name: NAMES[name],
            points: buckets.map((each) => [Date.parse(each.from), valueIn(each.metrics[name])] as const),
          },
        ],
      },
    };
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** For a terminal. */
export function sayDoraOverTime(data: Dora, marks: readonly MarkerRow[], style: TextStyle): string {
  const { metrics, buckets } = known(data);
  if (buckets.length < 2) return "";
  const fromMs = Date.parse(buckets[0]?.from ?? data.from);
  const lines = metrics.map((name) => {
    const values = buckets.map((each) => each.metrics[name]);
    const last = values.at(-1);
    return {
      ...{ name: NAMES[name], shape: spark(values.map(({ value }) => value)) },
      last: last === undefined ? "" : sayValue(last.unit, last.value),
    };
  });
  const rows = table(
    lines,
    [
      { title: `by ${data.bucket}`, value: ({ name }) => name },
      { title: `since ${dateOf(fromMs, data.tz)}`, value: ({ shape }) => shape },
      { title: "last", value: ({ last }) => last, align: "right" },
    ],
    style,
  );
  const said = marks.map(({ at, label }) => `${dateOf(Date.parse(at), data.tz)} ${label}`);
  return said.length === 0 ? rows : `${rows}\n\nIncidents: ${said.join("; ")}`;
}
