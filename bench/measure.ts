/** How the benchmarks measure: medians of interleaved rounds, processor time, and whether a goal was met. */
import { readFileSync } from "node:fs";
import type { Row } from "./cli.ts";

export type { Row } from "./cli.ts";

/** What a run may do: everything, or the short form of it. */
export interface Size {
  quick: boolean;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param share 0..1; nearest rank */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Processor time that this process used while `body` ran, in microseconds, and how long it took in milliseconds. */
export function spent(body: () => void): { ms: number; cpuUs: number } {
  const before = process.cpuUsage();
  const began = performance.now();
  body();
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuUs: user + system };
}

/** Processor time of another process so far, in microseconds (proc(5): fields 14 and 15, in ticks of 10 ms). */
export function cpuUsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

const GOAL = /^(>=|<=|<) ([\d.]+)(x| ms)$/;

/** Whether the goal, as `>= 0.3x` or `< 5 ms`, was met. A goal of another form is none. */
export function isMet({ goal, ratio, value }: Pick<Row, "goal" | "ratio" | "value">): boolean | null {
  const [, sign, number, unit] = GOAL.exec(goal) ?? [];
  if (sign === undefined) return null;
  const measured = unit === "x" ? ratio : value;
  const limit = Number(number);
  if (sign === ">=") return measured >= limit;
  return sign === "<=" ? measured <= limit : measured < limit;
}
