/** What people have to know of a place: what answers is not what was recorded, a pulled cord, a freeze, a lock. Pure. */
import type { Drift, Freeze, Lock, Override, ProjectWindow, Pulled, Scope } from "../api/rule-types.ts";
import { covers } from "./scope.ts";

export interface Standing {
  andons: readonly Pulled[];
  freezes: readonly Freeze[];
  overrides: readonly Override[];
  windows: readonly ProjectWindow[];
  locks: readonly Lock[];
  drifts: readonly Drift[];
}

export interface Hold {
  word: "stopped" | "drifted" | "frozen" | "locked";
  /** The word and why. */
  text: string;
}

export const NOTHING_STANDS: Standing = {
  andons: [],
  freezes: [],
  overrides: [],
  windows: [],
  locks: [],
  drifts: [],
};

/** @returns what stops everybody first; empty = nothing that was said here stands in the way */
export function holdsAt(
  place: Scope,
  { andons, freezes, overrides, windows, locks, drifts }: Standing,
  nowMs: number,
): Hold[] {
  const isPassed = overrides.some(({ scope, until }) => covers(scope, place) && nowMs < Date.parse(until));
  return [
    ...andons
      .filter(({ scope }) => covers(scope, place))
      .map(({ reason }): Hold => ({ word: "stopped", text: `stopped: ${reason}` })),
    ...drifts
      .filter(({ service, environment }) => covers({ ...ANY, service, environment }, place))
      .map(({ message }): Hold => ({ word: "drifted", text: `drifted: ${message}` })),
    ...freezes
      .filter((freeze) => !isPassed && covers(freeze.scope, place) && isFrozen(freeze, nowMs))
      .map(({ reason }): Hold => ({ word: "frozen", text: `frozen: ${reason}` })),
    ...windows
      .filter((window) => !isPassed && isOf(window, place) && holdsNow(window, nowMs))
      .map(({ reason, project }): Hold => ({ word: "frozen", text: `frozen by ${project}: ${reason}` })),
    ...locks
      .filter((lock) => covers({ ...ANY, service: lock.service, environment: lock.environment }, place))
      .filter(({ until }) => until === null || nowMs < Date.parse(until))
      .map(({ holder, reason }): Hold => ({ word: "locked", text: `locked by ${holder}: ${reason}` })),
  ];
}

const ANY: Scope = { service: null, team: null, environment: null, tier: null };

const isOf = ({ services, environment }: ProjectWindow, place: Scope): boolean =>
  services.some((service) => covers({ ...ANY, service, environment }, place));

export const holdsNow = ({ holds, until }: ProjectWindow, nowMs: number): boolean =>
  holds && (until === null || nowMs < Date.parse(until));

/** From inclusive, to exclusive. */
export const isFrozen = ({ from, to }: Pick<Freeze, "from" | "to">, nowMs: number): boolean =>
  nowMs >= Date.parse(from) && (to === null || nowMs < Date.parse(to));
