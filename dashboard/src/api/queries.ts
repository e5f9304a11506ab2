/** Every read of the page as a named query; the first word of a key is what the stream invalidates. */
import { keepPreviousData, QueryCache, QueryClient, queryOptions } from "@tanstack/react-query";
import { ApiError, get, withParams } from "./client.ts";
import type {
  About,
  ActivityDetail,
  DeliveryItem,
  Facets,
  LocalAction,
  Me,
  NamesAnswer,
  Page,
  RawDelivery,
  SourcesAnswer,
  StatusAnswer,
  TokenItem,
} from "./types.ts";

/** Only trouble on the way is tried again; what the server refused stays refused. */
const worthRetry = (count: number, error: Error): boolean =>
  count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 502);

/** A refused read means that the session has ended: asking who we are brings the sign-in. */
function onReadError(error: Error, client: QueryClient): void {
  if (error instanceof ApiError && error.status === 401) void client.invalidateQueries({ queryKey: ["me"] });
}

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => onReadError(error, client) }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: worthRetry,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}

/** Asked again by itself while there is no answer: without it there is no stream that would tell of the server's return. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => get<Me>("/v1/me"),
  refetchInterval: ({ state }) => (state.data === undefined && state.status === "error" ? 4_000 : false),
});
export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: () => get<About>("/v1/about"),
  staleTime: 600_000,
});
export const facetsQuery = queryOptions({
  queryKey: ["facets"],
  queryFn: () => get<Facets>("/v1/facets"),
  staleTime: 60_000,
});
export const sourcesQuery = queryOptions({
  queryKey: ["sources"],
  queryFn: () => get<SourcesAnswer>("/v1/sources"),
});
export const namesQuery = queryOptions({ queryKey: ["names"], queryFn: () => get<NamesAnswer>("/v1/names") });
export const localQuery = queryOptions({
  queryKey: ["local"],
  queryFn: () => get<{ items: LocalAction[] }>("/v1/local-actions"),
});
export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: () => get<{ items: TokenItem[] }>("/v1/tokens"),
});

/** @param at a moment in words; empty = now */
export const statusQuery = (ephemeral: boolean, at = "") =>
  queryOptions({
    queryKey: ["status", at === "" ? { ephemeral } : { ephemeral, at }],
    queryFn: () => get<StatusAnswer>(withParams("/v1/status", { ephemeral: ephemeral ? "true" : null, at })),
    placeholderData: keepPreviousData,
  });

export const detailQuery = (id: string) =>
  queryOptions({
    queryKey: ["activity", id],
    queryFn: () => get<ActivityDetail>(`/v1/activities/${encodeURIComponent(id)}`),
  });

export const deliveriesQuery = (filters: Record<string, string | null>, cursor: string | null) =>
  queryOptions({
    queryKey: ["deliveries", filters, cursor],
    queryFn: () => get<Page<DeliveryItem>>(withParams("/v1/deliveries", { ...filters, limit: 50, cursor })),
    placeholderData: keepPreviousData,
  });

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ["delivery", id],
    queryFn: () => get<RawDelivery>(`/v1/deliveries/${encodeURIComponent(id)}`),
    staleTime: 600_000,
  });
