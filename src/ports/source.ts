/** Port: a source, one of the systems that report to vice. An adapter verifies nothing and stores nothing: it reads. */
import type { z } from "zod";
import type { CommitsSeen } from "../domain/commits/commit.ts";
import type { ObjectKey, Transition } from "../domain/transition.ts";
import type { KeptTests } from "../domain/verify/kept-tests.ts";

/** How the vendor proves that a delivery is his. Carried out over the raw bytes, in constant time, by `intake/authenticity`. */
export type Scheme =
  /** Hex HMAC of the body in a header, as `<prefix><hex>`; a comma or space list is allowed. */
  | { type: "hmac-hex"; header: string; prefix: string; algorithm: "sha256" | "sha1" | "sha512" }
  /** Base64 HMAC-SHA256 of the body in a header. */
  | { type: "hmac-base64"; header: string }
  /** The secret itself in a header. */
  | { type: "token"; header: string }
  /** Standard Webhooks: `webhook-id`, `-timestamp`, `-signature`, with a replay window of 5 minutes. */
  | { type: "standard-webhooks" }
  /** HTTP Basic, password = secret (any user name), or `user:password` = secret. */
  | { type: "basic" }
  /** A JSON Web Signature (HS256) in a header, whose claims are `iss` and `sha256`, the hex SHA-256 of the body. */
  | { type: "jws"; header: string; issuer: string }
  /** User and password in two plain headers (TeamCity): password = secret or `user:password` = secret. */
  | { type: "header-pair"; userHeader: string; passwordHeader: string }
  /** `Authorization: Bearer <secret>`. */
  | { type: "bearer" };

/** A delivery as an adapter sees it: parsed, verified or not, with lower-case header names. */
export interface Reading {
  headers: Readonly<Record<string, string>>;
  body: unknown;
  /** Instance from the URL (`/hooks/github/ghe-1`), or `null`: then the adapter takes it from the payload. */
  instance: string | null;
  /** ISO 8601. */
  receivedAt: string;
  /** Options of this source from `vice.server.yaml` (`sources.<name>.options`), validated with the adapter's schema. */
  options: unknown;
}

/** Parts of a delivery that could not be read, beside those that were. */
export interface LeftOut {
  rejected: number;
  /** For people. */
  reason: string;
}

/** What an adapter makes of a delivery. */
export type Normalised =
  | {
      outcome: "accepted";
      /** May be empty only where there are commits. */
      transitions: Transition[];
      /** Commits that a push told of. */
      commits?: CommitsSeen;
      /** The cases of the report of tests that the first transition is about. */
      tests?: KeptTests;
      left?: LeftOut;
    }
  /** A known event that vice does not use; `reason` names it: `github event "star" is not used`. */
  | { outcome: "ignored"; reason: string }
  /** A body that fits no schema of its source; kept raw. */
  | { outcome: "unmapped"; reason: string; left?: LeftOut };

/** One page of history, read from vice's side. */
export interface PollPage {
  /** Deliveries in the shape that the adapter's own `normalise` understands. */
  transitions: Transition[];
  /** Commits of a repository, where the source holds some. */
  commits?: CommitsSeen;
  /** Where to go on; opaque to the caller. `null` = nothing older or newer than this. */
  cursor: string | null;
  /** Share of the wanted span that is done, 0..1, for the progress bar. */
  progress: number;
}

/** Restricted HTTP client handed to adapters: time limit, size limit, no private addresses unless configured. */
export interface SourceHttp {
  /** @returns status, lower-case headers, parsed JSON (or `null`). Network trouble throws `outside.unreachable`. */
  getJson(
    url: string,
    headers: Record<string, string>,
  ): Promise<{ status: number; headers: Record<string, string>; body: unknown }>;
}

/** Configuration of one connected instance that can be read from our side. */
export interface Connection {
  /** Base URL: `https://gitlab.example.com`. */
  url: string;
  token: string | null;
  /** Projects, jobs or repositories to read; the adapter says what a word means. */
  only: string[];
  instance: string;
}

export interface Poller {
  /** What `only` must list (`Heroku app`); without it such a connection serves questions alone and nothing is polled. */
  needs?: string;
  /** Reads one page after `cursor` (or from `since` when `null`). Must be idempotent. */
  page(
    connection: Connection,
    since: string,
    cursor: string | null,
    http: SourceHttp,
    options: unknown,
  ): Promise<PollPage>;
}

/** Facts that a payload lacks and a call can bring (the stage of a Heroku app). */
export interface Enricher {
  /** What to ask for after these transitions, and what each answer is about; empty = nothing. A key is asked once for all. */
  wanted(transitions: readonly Transition[]): Wanted[];
  /** Asks. `null` = the vendor says there is nothing (404): cached like an answer. Throwing means try again later. */
  fetch(key: string, http: SourceHttp, connection: Connection): Promise<unknown>;
  /** The additional transitions (step `observed`) of these objects, now that the answer is there. */
  apply(about: readonly ObjectKey[], answer: unknown, answeredAt: string): Transition[];
}

/** One question and the objects that its answer is about. */
export interface Wanted {
  key: string;
  about: ObjectKey[];
}

/** One source system. One adapter per file (or folder with schema.ts and map.ts), default export by `defineSource`. */
export interface Source {
  /** Name in URLs and in the normal form: `github`. */
  name: string;
  /** Name for people: `GitHub`. */
  title: string;
  /** Accepted proofs; a delivery passes when one of them does. Basic, bearer and a capability URL are always possible. */
  schemes: readonly Scheme[];
  /** The proofs under these options, where an option changes them (the name of a custom header); else `schemes` counts. */
  schemesFor?(options: unknown): readonly Scheme[];
  /** Schema of `sources.<name>.options`, when the source has any. */
  options?: z.ZodType;
  /** The vendor's delivery id, for deduplication; `null` = the payload has none and its hash counts. */
  deliveryId(headers: Readonly<Record<string, string>>, body: unknown): string | null;
  /** The id alone makes a delivery the same (CloudEvents: source, type, id), whatever the body says. */
  idIsUnique?: boolean;
  /**
   * For bodies that are no JSON (protobuf): the JSON that they stand for, which is kept in their place, or what is wrong with
   * them. `null` = it is JSON. Pure; never throws for any bytes.
   */
  decode?(
    headers: Readonly<Record<string, string>>,
    rawBody: Uint8Array,
  ): { body: unknown } | { problem: string } | null;
  /** Splits a batch into single readings, each answered by itself; absent = one reading. */
  split?(reading: Reading): Reading[];
  /** Pure. Never throws for any JSON; a part that does not fit is `unmapped`, not an exception. */
  normalise(reading: Reading): Normalised;
  /** Returns the body without what must not be stored (presigned URLs), or the same object when there is nothing. */
  redact?(body: unknown): unknown;
  poller?: Poller;
  enricher?: Enricher;
  /** For the page: where the secret and the URL are entered at the vendor, in a few steps. */
  setup: readonly string[];
  /**
   * A small realistic delivery for "send a test", hand-written: headers without the signature, and the body. Its
   * id is one that no tool gives (9000000…, 7e577e57…, vice-test…), so that it never is something real.
   */
  sample: { headers: Record<string, string>; body: unknown };
}

export const defineSource = <T extends Source>(source: T): T => source;

/** A poller met the vendor's rate limit: nothing was lost, read the same cursor again after `retryAfterMs`. */
export class RateLimited extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`The rate limit is reached; it may be asked again in ${Math.ceil(retryAfterMs / 1000)} s.`);
    this.name = "RateLimited";
    this.retryAfterMs = retryAfterMs;
  }
}
