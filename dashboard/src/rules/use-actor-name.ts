/** Gives the function that says who somebody is; names of tokens are known to admins only. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay, useMyId } from "../access/use-may.ts";
import { tokensQuery } from "../api/queries.ts";
import { sayActor } from "./say-actor.ts";

export function useActorName(): (id: string | null) => string {
  const me = useMyId();
  const tokens = useQuery({ ...tokensQuery, enabled: useMay("admin") }).data;
  return useMemo(() => {
    const names = new Map(tokens?.items.map(({ id, name }) => [id, name]));
    return (id) => sayActor(id, me, names);
  }, [tokens, me]);
}
