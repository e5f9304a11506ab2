/** The filters of the timeline: keys of the address, which are the parameters of the HTTP route too. */
import type { UrlState } from "../parts/url-state.ts";

export const FILTER_KEYS = [
  "service",
  "team",
  "environment",
  "tier",
  "source",
  "status",
  "kind",
  "actor",
  "since",
  "until",
] as const;
export type FilterKey = (typeof FILTER_KEYS)[number];
export type Filters = Partial<Record<FilterKey, string>>;

export function readFilters(url: UrlState): Filters {
  const found: Filters = {};
  for (const key of FILTER_KEYS) {
    const value = url.get(key);
    if (value !== "") found[key] = value;
  }
  return found;
}

export const noFilters = (): Record<string, string> =>
  Object.fromEntries(FILTER_KEYS.map((key) => [key, ""]));

/** `2026-11-20T10:00` in the reader's zone, for an input; empty for none. */
export function toLocalInput(iso: string): string {
  const date = new Date(iso);
  if (iso === "" || Number.isNaN(date.getTime())) return "";
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** ISO 8601 UTC from the input's local time; empty for none. */
export function fromLocalInput(text: string): string {
  const date = new Date(text);
  return text === "" || Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
