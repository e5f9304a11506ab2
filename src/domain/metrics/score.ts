/** Bands and scores of the DORA reports, by year: a table that grows with the reports. Pure. */
import type { DoraMetric } from "./dora.ts";

export const BANDS = ["elite", "high", "medium", "low"] as const;
export type Band = (typeof BANDS)[number];

const HOUR = 3600;
const DAY = 86_400;
const WEEK = 7 * DAY;
const MONTH = 30 * DAY;

/** Up to which value (seconds, ratio) or from which (per day) a band holds: elite, high, medium; else low. */
type Limits = readonly [elite: number, high: number, medium: number];

interface Report {
  year: number;
  /** Values at or above the limit. */
  deploymentFrequency: Limits;
  /** Values below the limit. */
  changeLeadTime: Limits;
  changeFailRate: Limits;
  failedDeploymentRecoveryTime: Limits;
}

/**
 * As in apache/incubator-devlake backend/plugins/dora/models/migrationscripts/20240223_add_dora_2023_benchmark.go. "On demand"
 * is taken as more than once a day. From 2024 the reports give points that do not rise evenly, and from 2025 no bands at all.
 */
const REPORTS: readonly Report[] = [
  {
    year: 2021,
    deploymentFrequency: [1, 1 / 30, 1 / 182],
    changeLeadTime: [HOUR, WEEK, 6 * MONTH],
    changeFailRate: [0.15, 0.2, 0.3],
    failedDeploymentRecoveryTime: [HOUR, DAY, WEEK],
  },
  {
    year: 2023,
    deploymentFrequency: [1, 1 / 7, 1 / 30],
    changeLeadTime: [DAY, WEEK, MONTH],
    changeFailRate: [0.05, 0.1, 0.15],
    failedDeploymentRecoveryTime: [HOUR, DAY, WEEK],
  },
];
/** The newest report with bands. */
export const BAND_YEAR = 2023;

/** @returns `null` where the report has no bands for it (rework) or there is no value */
export function bandOf(metric: DoraMetric, value: number | null, year: number = BAND_YEAR): Band | null {
  const report = REPORTS.find((each) => each.year === year);
  if (report === undefined || value === null || metric === "reworkRate") return null;
  const fits: (limit: number) => boolean =
    metric === "deploymentFrequency"
      ? (limit) => value >= limit - 1e-9
      : metric === "changeFailRate"
        ? (limit) => value <= limit
        : (limit) => value < limit;
  const at = report[metric].findIndex(fits);
  return BANDS[at === -1 ? 3 : at] ?? null;
}

/**
 * The answers of the quick check, from the worst (1) to the best (6), by the limit that leads to them
 * (dora-team/dora.dev svelte/quick-check/src/lib/data/metrics_question_responses.json).
 */
const TIMES = [HOUR, DAY, WEEK, MONTH, 6 * MONTH] as const;
const RATES = [1.000_001, 1, 1 / 7, 1 / 30, 1 / 182] as const;

/** 1..6; for the metrics that the quick check asks in answers. */
function answerOf(metric: DoraMetric, value: number): number {
  const at =
    metric === "deploymentFrequency"
      ? RATES.findIndex((limit) => value >= limit - 1e-9)
      : TIMES.findIndex((limit) => value < limit);
  return at === -1 ? 1 : 6 - at;
}

/** The quick check's 0..10 of an answer 1..6 (svelte/quick-check/src/lib/data-service.ts). */
export const scoreOfAnswer = (answer: number): number => ((answer - 1) / 5) * 10;
/** The quick check's 0..10 of a ratio 0..1: none is 10, all is 0. */
export const scoreOfRatio = (ratio: number): number => 10 - Math.min(1, ratio) * 10;

const IS_RATIO: ReadonlySet<DoraMetric> = new Set(["changeFailRate", "reworkRate"]);

/** 0..10, 10 being best; `null` without a value. */
export function scoreOf(metric: DoraMetric, value: number | null): number | null {
  if (value === null) return null;
  return IS_RATIO.has(metric) ? scoreOfRatio(value) : scoreOfAnswer(answerOf(metric, value));
}

/** The plain mean of what is there. @returns `null` when nothing is */
export function overallScore(scores: ReadonlyArray<number | null>): number | null {
  const known = scores.filter((score) => score !== null);
  return known.length === 0 ? null : known.reduce((sum, score) => sum + score, 0) / known.length;
}
