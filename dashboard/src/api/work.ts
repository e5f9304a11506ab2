/** How the page reads pieces of work, and asks what is different about some of them. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, withParams } from "./client.ts";
import type { DifferencesAnswer, WorkItem } from "./piece-types.ts";
import type { Page } from "./types.ts";

const PAGE = 200;

export const workQuery = (filters: Readonly<Record<string, string>>) =>
  infiniteQueryOptions({
    queryKey: ["work", filters],
    queryFn: ({ pageParam }) =>
      get<Page<WorkItem>>(withParams("/v1/traces", { ...filters, limit: PAGE, cursor: pageParam })),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });

export const differencesQuery = (params: Readonly<Record<string, string>>) =>
  queryOptions({
    queryKey: ["work-differences", params],
    queryFn: () => get<DifferencesAnswer>(withParams("/v1/report/differences", params)),
    retry: false,
  });
