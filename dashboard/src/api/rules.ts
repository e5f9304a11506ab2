/** How the page reads what stands in the way of deployments. */
import { queryOptions } from "@tanstack/react-query";
import { get, withParams } from "./client.ts";
import type { Approvals, CanDeploy, Drift, Freezes, Lock, Pulled, Subject } from "./rule-types.ts";

interface List<Item> {
  items: Item[];
}

/** First words of the keys that a command of the rules makes old. */
export const RULES_REFRESH = ["rules", "can-deploy"];

/** Leases are renewed and end, and windows of projects come and go, without an event that the stream could tell. */
const LOOK_AGAIN_MS = 60_000;

export const andonQuery = queryOptions({
  queryKey: ["rules", "andon"],
  queryFn: () => get<List<Pulled>>("/v1/andon"),
});
export const freezesQuery = queryOptions({
  queryKey: ["rules", "freezes"],
  queryFn: () => get<Freezes>("/v1/freezes"),
  refetchInterval: ({ state }) => ((state.data?.windows.length ?? 0) > 0 ? LOOK_AGAIN_MS : false),
});
export const locksQuery = queryOptions({
  queryKey: ["rules", "locks"],
  queryFn: () => get<List<Lock>>("/v1/locks"),
  refetchInterval: ({ state }) =>
    state.data?.items.some(({ until }) => until !== null) === true ? LOOK_AGAIN_MS : false,
});
export const driftQuery = queryOptions({
  queryKey: ["rules", "drift"],
  queryFn: () => get<List<Drift>>("/v1/drift"),
});
export const approvalsQuery = queryOptions({
  queryKey: ["rules", "approvals"],
  queryFn: () => get<Approvals>("/v1/approvals"),
});

/** The names come from what was reported, so they are meant as they are. */
export const canDeployQuery = (about: Subject, commit: string | null) =>
  queryOptions({
    queryKey: ["can-deploy", about, commit],
    queryFn: () => get<CanDeploy>(withParams("/v1/can-deploy", { ...about, commit, new: "true" })),
    refetchInterval: LOOK_AGAIN_MS,
  });
