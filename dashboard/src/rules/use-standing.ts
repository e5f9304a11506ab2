/** What stands now, read once for a whole page and handed to the cells of the matrix. */
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import type { Scope } from "../api/rule-types.ts";
import { andonQuery, driftQuery, freezesQuery, locksQuery } from "../api/rules.ts";
import { type Hold, holdsAt, NOTHING_STANDS, type Standing } from "./holds.ts";

export const StandingContext = createContext<Standing>(NOTHING_STANDS);

export function useStanding(): Standing {
  const andons = useQuery(andonQuery).data?.items;
  const freezes = useQuery(freezesQuery).data;
  const locks = useQuery(locksQuery).data?.items;
  const drifts = useQuery(driftQuery).data?.items;
  return useMemo(
    () => ({
      andons: andons ?? [],
      freezes: freezes?.items ?? [],
      overrides: freezes?.overrides ?? [],
      windows: freezes?.windows ?? [],
      locks: locks ?? [],
      drifts: drifts ?? [],
    }),
    [andons, freezes, locks, drifts],
  );
}

export const useHolds = (place: Scope, nowMs: number): Hold[] =>
  holdsAt(place, useContext(StandingContext), nowMs);
