/** How the page reads the flow of work; all keys begin with `flow`, which every change of an activity makes old. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { get, withParams } from "../api/client.ts";
import type {
  Abnormal,
  Board,
  Branches,
  Differences,
  FlowAnswer,
  TicketAnswer,
  Trunk,
} from "./flow-types.ts";

export interface Scope {
  service: string | null;
  team: string | null;
}

const read = <Answer>(name: string, path: string, params: Record<string, string | null>) =>
  queryOptions({
    queryKey: ["flow", name, params],
    queryFn: () => get<Answer>(withParams(path, params)),
    placeholderData: keepPreviousData,
  });

export const boardQuery = (scope: Scope) => read<Board>("board", "/v1/flow/board", { ...scope });
export const flowQuery = (scope: Scope) => read<FlowAnswer>("columns", "/v1/flow", { ...scope });
export const branchesQuery = (scope: Scope) =>
  read<Branches>("branches", "/v1/flow/branches", { ...scope, olderThan: "3d" });
export const trunkQuery = (scope: Scope) => read<Trunk>("trunk", "/v1/flow/trunk", { ...scope });
export const abnormalQuery = ({ service }: Scope) => read<Abnormal>("abnormal", "/v1/abnormal", { service });
export const ticketQuery = (ticket: string) => read<TicketAnswer>("ticket", "/v1/flow/ticket", { ticket });
export const differencesQuery = (scope: Scope, selected: Record<string, string | null>) =>
  queryOptions({
    queryKey: ["differences", scope, selected],
    queryFn: () => get<Differences>(withParams("/v1/report/differences", { ...scope, ...selected })),
    staleTime: 60_000,
  });
