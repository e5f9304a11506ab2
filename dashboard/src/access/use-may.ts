/** What this session may do, and who it is. The server checks again: this only keeps the page from offering in vain. */
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../api/queries.ts";

export type Scope = "read" | "write" | "deploy" | "admin";

/** @returns whether the session has the scope; `admin` may do all */
export function useMay(scope: Scope): boolean {
  const scopes = useQuery(meQuery).data?.scopes ?? [];
  return scopes.includes("admin") || scopes.includes(scope);
}

/** The id that the log and approvals carry; `null` while it is not known. */
export const useMyId = (): string | null => useQuery(meQuery).data?.id ?? null;
