/** Flow efficiency as the page says it: one number, or what it lies between where part of the time is not known. */
import type { FlowAnswer } from "./flow-types.ts";

/** @returns `null` where no time is known */
export function sayEfficiency({
  efficiency,
  efficiencyRange: range,
}: Pick<FlowAnswer, "efficiency" | "efficiencyRange">): string | null {
  if (efficiency !== null) return `${Math.round(efficiency * 100)} %`;
  if (range === null) return null;
  return `between ${Math.floor(range.least * 100)} % and ${Math.ceil(range.most * 100)} %`;
}
