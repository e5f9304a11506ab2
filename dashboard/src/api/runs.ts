/** How the page reads runs. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, withParams } from "./client.ts";
import type { LogPart, Run, RunLine } from "./run-types.ts";
import type { Page } from "./types.ts";

/** First words of the keys that a command about a run makes old. */
export const RUNS_REFRESH = ["runs", "run"];

const PAGE = 50;
/** More than ever are open at once. */
const MOST_OPEN = 200;

export const openRunsQuery = queryOptions({
  queryKey: ["runs", "open"],
  queryFn: () => get<Page<RunLine>>(withParams("/v1/pipeline-runs", { open: "true", limit: MOST_OPEN })),
});

export const endedRunsQuery = infiniteQueryOptions({
  queryKey: ["runs", "ended"],
  queryFn: ({ pageParam }) =>
    get<Page<RunLine>>(withParams("/v1/pipeline-runs", { open: "false", limit: PAGE, cursor: pageParam })),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
});

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["run", id],
    queryFn: () => get<Run>(`/v1/pipeline-runs/${encodeURIComponent(id)}`),
  });

export const readLog = (run: string, step: string, from: number): Promise<LogPart> =>
  get(withParams(`/v1/pipeline-runs/${encodeURIComponent(run)}/log/${encodeURIComponent(step)}`, { from }));

interface CommandInfo {
  id: string;
  input: { properties?: Record<string, unknown> };
}

/** Which commands this server has; they change only with its version. */
export const commandsQuery = queryOptions({
  queryKey: ["commands"],
  queryFn: () => get<{ items: CommandInfo[] }>("/v1/commands"),
  staleTime: Number.POSITIVE_INFINITY,
});
