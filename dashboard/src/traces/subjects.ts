/** About which pieces of work it can be asked what is different, and how the server is asked. Pure. */
import type { Subject } from "./differences-panel.tsx";
import { type Dot, type Frame, slowTenthMs } from "./scatter.ts";
import { daysOf } from "./work-filters.tsx";

/** Filters say among which; what is asked about says which of them. `longer` and `slower` would leave nothing to compare with. */
const AMONG = ["service", "team", "environment", "kind", "source"] as const;

export function subjectsOf(
  filters: Readonly<Record<string, string>>,
  dots: readonly Dot[],
  chosen: Frame | null,
): Subject[] {
  const among: Record<string, string> = { of: "traces", days: daysOf(filters["since"] ?? "") };
  for (const key of AMONG) if (filters[key] !== undefined) among[key] = filters[key];
  const slowMs = slowTenthMs(dots);
  const status = filters["status"] === "canceled" ? "canceled" : "failed";
  return [
    ...(chosen === null
      ? []
      : [{ key: "chosen", label: "The chosen ones", params: { ...among, ...paramsOf(chosen) } }]),
    {
      key: "failed",
      label: status === "failed" ? "In which something failed" : "In which something was canceled",
      params: { ...among, status },
    },
    ...(slowMs === null
      ? []
      : [{ key: "slow", label: "The slowest tenth", params: { ...among, slowerThan: `${slowMs}ms` } }]),
  ];
}

const paramsOf = ({ fromMs, toMs, leastMs, mostMs }: Frame): Record<string, string> => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
  slowerThan: `${leastMs}ms`,
  fasterThan: `${mostMs}ms`,
});
