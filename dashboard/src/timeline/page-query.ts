/** One keyset page of the timeline as a query, the same for who shows it and for who reads it ahead. */
import { get, withParams } from "../api/client.ts";
import type { Activity, Page } from "../api/types.ts";
import type { Filters } from "./filters.ts";

export const PAGE_ROWS = 200;
/** How long a page off the screen is remembered, in milliseconds. */
const REMEMBER_MS = 60_000;

export const baseOf = (path: string, filters: Filters): string =>
  withParams(path, { ...filters, limit: PAGE_ROWS });

/** @param epoch which reading of the newest page; the others are told apart by their cursor */
export const pageQuery = (base: string, cursor: string | null, epoch: number) => ({
  queryKey: ["page", base, cursor ?? `newest ${epoch}`],
  queryFn: () => get<Page<Activity>>(cursor === null ? base : withCursor(base, cursor)),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: REMEMBER_MS,
});

const withCursor = (base: string, cursor: string): string => `${base}&cursor=${encodeURIComponent(cursor)}`;
