/** What a badge says: what runs in a place and how the last attempt went, or the value of a metric there. */

import type { Badge } from "../../domain/chart/badge.ts";
import type { Tone } from "../../domain/chart/chart.ts";
import { sayValue } from "../../domain/chart/say-value.ts";
import { METRIC_NAMES, METRIC_UNITS, type MetricName } from "../../domain/dashboard/metrics.ts";
import type { CommandContext } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { StatusItem } from "../../ports/read-models.ts";
import type { Services } from "../../ports/services.ts";
import { metricOver } from "./dashboards/panel-metric.ts";
import { scopeParams } from "./reports/ask.ts";
import { sayRelease } from "./say.ts";

const DAYS = 30;
const MOST_LETTERS = 40;

export interface BadgeFor {
  service: string;
  environment: string;
  metric?: string | undefined;
}

/** @returns `null` when nothing was ever deployed there. @throws ViceError `input.invalid` for an unknown metric */
export async function badgeFor(
  ctx: Pick<CommandContext<Services>, "services" | "now">,
  asked: BadgeFor,
): Promise<Badge | null> {
  const { services, now } = ctx;
  const toMs = now();
  const span = { fromMs: toMs - DAYS * 86_400_000, toMs, zone: services.config.timeZone };
  const params = scopeParams(asked, span, services);
  const [service, environment] = [String(params["service"]), String(params["environment"])];
  const items = services.store.read.status({ service, environment, ephemeral: true }, toMs);
  const [item] = items;
  if (item === undefined) return null;
  if (asked.metric === undefined) return ofPlace(item, service, environment);
  const metric = metricNamed(asked.metric);
  const wanted = { metric, scopes: [{ service, environment }], span, bucket: "week" as const, whole: true };
  const [[value = null] = []] = (await metricOver(ctx, wanted)).rows;
  const known = typeof value === "number" ? value : null;
  const words = metric.replace(/^dora\./, "").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return {
    label: cut(`${service} ${words.replace(".", " ")}`),
    message: known === null ? "not known" : sayValue(known, METRIC_UNITS[metric]),
    tone: known === null ? "plain" : "accent",
  };
}

function metricNamed(name: string): MetricName {
  const found = METRIC_NAMES.find((each) => each === name);
  if (found !== undefined) return found;
  throw new ViceError("input.invalid", {
    ...{ message: `There is no metric "${name}".`, nearest: nearest(name, METRIC_NAMES) },
    hint: `Metrics: ${METRIC_NAMES.join(", ")}.`,
  });
}

/** What the last attempt adds when it is not what runs. */
const ATTEMPTS: Readonly<Record<string, readonly [words: string, tone: Tone]>> = {
  failed: ["failed", "bad"],
  abandoned: ["abandoned", "warn"],
  running: ["on its way", "run"],
  pending: ["on its way", "run"],
};

function ofPlace({ running, lastAttempt }: StatusItem, service: string, environment: string): Badge {
  const label = cut(`${service} · ${environment}`);
  const release = running === null ? "nothing runs" : sayRelease(running);
  const [words, tone] = lastAttempt.id === running?.id ? [] : (ATTEMPTS[lastAttempt.status ?? ""] ?? []);
  if (words === undefined || tone === undefined)
    return { label, message: cut(release), tone: running === null ? "plain" : "ok" };
  return { label, message: cut(`${release} · ${sayRelease(lastAttempt)} ${words}`), tone };
}

const cut = (text: string): string =>
  text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS - 1)}…`;
