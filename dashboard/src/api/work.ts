/** How the page reads pieces of work, and asks what is different about some of them. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Activity, Kind, Status } from "../../../src/domain/activity.ts";
import type { Difference } from "../../../src/domain/differences/rank.ts";
import { get, withParams } from "./client.ts";
import type { Page } from "./types.ts";

/** One item of `GET /v1/traces`. */
export interface WorkItem {
  traceId: string;
  name: string;
  head: { id: string; kind: Kind; status: Status | null };
  status: Status | null;
  activities: number;
  failed: number;
  canceled: number;
  tools: string[];
  services: string[];
  environments: string[];
  teams: string[];
  startedAt: string | null;
  /** `null` = something goes on. */
  finishedAt: string | null;
  durationMs: number | null;
  truncated: boolean;
  /** The newest that fits. */
  activity: Activity;
}

const PAGE = 200;

export const workQuery = (filters: Readonly<Record<string, string>>) =>
  infiniteQueryOptions({
    queryKey: ["work", filters],
    queryFn: ({ pageParam }) =>
      get<Page<WorkItem>>(withParams("/v1/traces", { ...filters, limit: PAGE, cursor: pageParam })),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });

/** Of `GET /v1/report/differences`. */
export interface DifferencesAnswer {
  title: string;
  odd: number;
  rest: number;
  days: number;
  sampled: boolean;
  method: string;
  items: Difference[];
}

export const differencesQuery = (params: Readonly<Record<string, string>>) =>
  queryOptions({
    queryKey: ["work-differences", params],
    queryFn: () => get<DifferencesAnswer>(withParams("/v1/report/differences", params)),
    retry: false,
  });
