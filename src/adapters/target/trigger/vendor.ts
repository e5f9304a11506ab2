/** What a vendor must know so that one loop can start, find, follow and cancel what runs at it. */
import type { z } from "zod";
import type { Release, TargetPlace } from "../../../ports/target.ts";
import type { Api } from "./api.ts";

/** What was started, by the vendor's own names. */
export interface Started {
  /** As the vendor's webhooks call it, where they call it anything. */
  id: string;
  /** For people. */
  url: string | null;
  /** What it is asked by. */
  refs: Refs;
}

export type Refs = Readonly<Record<string, string>>;

/** One thing that is to be started, with all templates filled in. */
export interface Ask<Spec = unknown> {
  spec: Spec;
  place: TargetPlace;
  /** What is to be there afterwards: for a rollback the former one. */
  release: Release;
  isRollback: boolean;
  /** By this it is found again. */
  key: string;
  run: string;
  /** When the intent was noted, milliseconds since 1970. */
  intendedMs: number;
  /** Noted before something was sent that cannot be marked with the key. */
  refs: Refs;
  note: (refs: Refs) => void;
  log: (line: string) => void;
}

export interface Progress {
  state: "waiting" | "running" | "succeeded" | "failed" | "canceled";
  /** A few words: `in the queue: no agent is free`. */
  says: string;
  /** When more is known of it than before. */
  started?: Started;
}

export type Found =
  | { what: "found"; started: Started }
  /** It can be told apart, and is not there: it was not started. */
  | { what: "none" }
  | { what: "unknown"; reason: string };

export interface LogPart {
  text: string;
  /** Where the next part begins. */
  cursor: string;
}

export interface Vendor<Spec = unknown> {
  /** As in vice.yaml and in `sources:`. */
  name: string;
  title: string;
  schema: z.ZodType<Spec>;
  /** So long it may take until what was started can be found. */
  settleMs: number;
  /** Address of its API: credentials belong to it. */
  urlOf(spec: Spec): string;
  /** Where the API of this address is, when that is another one. */
  apiOf?(url: string): string;
  /** How a credential travels. */
  headers(token: string | null): Record<string, string>;
  /** What is started, in words: `the job team/shop`. */
  says(spec: Spec): string;
  /** Why it cannot be started, as far as can be seen; empty = it can. */
  look(ask: Ask<Spec>, api: Api): Promise<string[]>;
  /** `null` = it was taken, and has to be found. @throws ViceError */
  start(ask: Ask<Spec>, api: Api): Promise<Started | null>;
  /** After a start of which nobody knows how it went. */
  find(ask: Ask<Spec>, api: Api): Promise<Found>;
  /** Whether some of it may be there, so that these notes are needed when it is begun again. */
  isPart?(refs: Refs): boolean;
  follow(started: Started, ask: Ask<Spec>, api: Api): Promise<Progress>;
  log(started: Started, ask: Ask<Spec>, cursor: string | null, api: Api): Promise<LogPart>;
  /** `null` = it was asked to end; else why it cannot be. */
  cancel(started: Started, ask: Ask<Spec>, isForced: boolean, api: Api): Promise<string | null>;
}

export const defineVendor = <Spec>(vendor: Vendor<Spec>): Vendor<Spec> => vendor;

/** Variables that are handed over where the vendor takes some that nobody declared. */
export function viceVariables({ key, run, place, release }: Ask): Record<string, string> {
  return {
    ...{ VICE_KEY: key, VICE_RUN_ID: run, VICE_SERVICE: place.service, VICE_ENVIRONMENT: place.environment },
    ...(release.version === null ? {} : { VICE_VERSION: release.version }),
    ...(release.commitSha === null ? {} : { VICE_COMMIT: release.commitSha }),
  };
}

/** Clocks differ: what began so much earlier may still be it. */
export const SKEW_MS = 60_000;

/** The part of a text that is new since it was read last; the cursor counts letters. */
export function sinceCursor(text: string, cursor: string | null): LogPart {
  const from = Number(cursor ?? 0);
  return text.length <= from
    ? { text: "", cursor: String(from) }
    : { text: text.slice(from), cursor: String(text.length) };
}
