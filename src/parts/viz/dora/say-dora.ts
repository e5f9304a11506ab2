/** Says delivery metrics to people: a line for each, with what it means, whether it gets better, and how to look behind it. */
import { dateOf } from "../../../domain/metrics/buckets.ts";
import { DORA_METRICS, type DoraMetric } from "../../../domain/metrics/dora.ts";
import type { TextStyle } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { type Column, table } from "../../../kit/table.ts";
import type { DoraOutput, Judged } from "./shape.ts";

export const NAMES: Record<DoraMetric, string> = {
  deploymentFrequency: "deployment frequency",
  changeLeadTime: "change lead time",
  changeFailRate: "change fail rate",
  failedDeploymentRecoveryTime: "recovery time",
  reworkRate: "rework rate",
};

/** As everywhere: `2 h 18 min`, `41 min`. */
export const sayTime = (seconds: number): string => sayDuration(seconds * 1000);

const short = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));

/** A frequency in the unit in which it is a number that one can imagine. */
function sayRate(perDay: number): string {
  if (perDay >= 0.95) return `${short(perDay)} a day`;
  if (perDay * 7 >= 0.95) return `${short(perDay * 7)} a week`;
  return perDay === 0 ? "none" : `${short(perDay * 30)} a month`;
}

export function sayValue(unit: Judged["unit"], value: number | null): string {
  if (value === null) return "-";
  if (unit === "per_day") return sayRate(value);
  return unit === "ratio" ? `${short(value * 100)} %` : sayTime(value);
}

const THINGS: Record<DoraMetric, string> = {
  deploymentFrequency: "deployment",
  changeLeadTime: "commit",
  changeFailRate: "change",
  failedDeploymentRecoveryTime: "repaired failure",
  reworkRate: "deployment",
};
const SIGNS = { better: "▲ better", worse: "▼ worse", same: "= same" } as const;

interface Line extends Judged {
  metric: DoraMetric;
}

const sayTrend = ({ trend: { direction, previous }, unit }: Line): string =>
  direction === null ? "" : `${SIGNS[direction]}: ${sayValue(unit, previous)} before`;

/** A reason that goes on with the count, as "168 deployments in 16 days known", needs no mark between them. */
function sayFrom({ metric, count: from, reason, error, days }: Line): string {
  const made = from === 0 ? null : `of ${count(from, THINGS[metric])}`;
  const isOne = days !== undefined && made !== null;
  return [
    isOne ? `${made} ${reason}` : made,
    error === undefined ? null : `± ${error * 100} %`,
    isOne ? null : reason,
  ]
    .filter((part) => part !== null)
    .join("; ");
}

const COLORS = { better: "green", worse: "red", same: "dim" } as const;

const columns = (style: TextStyle): Array<Column<Line>> => [
  { title: "metric", value: ({ metric }) => NAMES[metric] },
  {
    title: "value",
    value: ({ unit, value }) => sayValue(unit, value),
    paint: (text) => style.color("bold", text),
    align: "right",
  },
  { title: "9 of 10 in", value: ({ unit, p90 }) => (p90 == null ? "" : sayValue(unit, p90)), align: "right" },
  { title: "band", value: ({ band }) => (band === null ? "" : `${band.name} (${band.year})`) },
  {
    title: "trend",
    value: sayTrend,
    paint: (text, { trend: { direction } }) =>
      direction === null ? text : style.color(COLORS[direction], text),
  },
  { title: "made from", value: sayFrom, flexible: true },
];

export function sayDora(output: DoraOutput, style: TextStyle): string {
  const lines = DORA_METRICS.map((metric) => ({ metric, ...output.metrics[metric] }));
  const { scope, services } = output;
  const name = scope.service ?? scope.team ?? "all services";
  const rows = `vice metrics rows changeLeadTime${scope.service === null ? "" : ` ${scope.service}`}`;
  return [
    `${style.color("bold", name)}, ${scope.environment ?? scope.tier}, ${dateOf(Date.parse(output.from), output.tz)} to ${dateOf(Date.parse(output.to), output.tz)} (${output.tz}), counted by the rule ${output.rule}`,
    ...(output.counting ? ["Older deployments are still being counted; ask again in a moment."] : []),
    "",
    table(lines, columns(style), style),
    "",
    sayMore(output),
    ...(services === undefined ? [] : ["", sayServices(services, style)]),
    "",
    style.color("dim", `What a number was made from: ${rows}`),
  ].join("\n");
}

function sayMore({ more, score }: DoraOutput): string {
  const { succeeded, failedAttempts, canceled, intervalSeconds, timeToRestore: restored } = more;
  const { timeToDetect: detected } = more;
  const parts = [
    `${count(succeeded, "attempt")} succeeded, ${failedAttempts} failed before going live, ${canceled} canceled`,
    intervalSeconds.p50 === null ? null : `usually ${sayTime(intervalSeconds.p50)} from one to the next`,
    detected.medianSeconds === null
      ? null
      : `incidents began ${sayTime(detected.medianSeconds)} after the deployment (median of ${detected.count})`,
    detected.toldMedianSeconds === null
      ? null
      : `were told after ${sayTime(detected.toldMedianSeconds)} (of ${detected.told})`,
    restored.medianSeconds === null
      ? null
      : `incidents lasted ${sayTime(restored.medianSeconds)} (median of ${restored.count})`,
    restored.open === 0 ? null : `${count(restored.open, "incident")} open`,
    score === null ? null : `DORA quick check score ${short(score)} of 10`,
  ];
  return `${parts.filter((part) => part !== null).join("; ")}.`;
}

function sayServices(services: NonNullable<DoraOutput["services"]>, style: TextStyle): string {
  return table(
    services,
    [
      { title: "service", value: ({ service }) => service, flexible: true },
      ...DORA_METRICS.map((metric) => ({
        title: NAMES[metric],
        value: ({ metrics }: (typeof services)[number]) =>
          sayValue(metrics[metric].unit, metrics[metric].value),
        align: "right" as const,
      })),
    ],
    style,
  );
}
