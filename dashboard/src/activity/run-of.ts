/** The way from an activity to the run of vice that it is, or is a step of. Pure. */
import type { ActivityDetail } from "../api/types.ts";

type Reported = Pick<ActivityDetail, "source" | "kind" | "tags">;

/** @returns an address of the page; `null` for what another tool carried out */
export function runOf({ source, kind, tags }: Reported): string | null {
  const { run, name } = tags;
  if (source !== "vice" || run === undefined) return null;
  const step = kind === "stage" && name !== undefined ? `?step=${encodeURIComponent(name)}` : "";
  return `/runs/${run}${step}`;
}
