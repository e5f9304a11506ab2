/** Port: the store, an append-only log with the read models that an answer must show at once. */
import type { Activity, Kind, Tier } from "../domain/activity.ts";
import type { LogEvent, NewEvent } from "../domain/event.ts";
import type { CompiledRules, NameRule } from "../domain/names.ts";
import type { StoredTransition } from "../domain/transition.ts";
import type { Commits } from "./commits.ts";
import type { Dora } from "./dora.ts";
import type { Durations } from "./durations.ts";
import type { Figures } from "./figures.ts";
import type { Flows } from "./flow.ts";
import type { Outbox } from "./outbox.ts";
import type { Page } from "./page.ts";
import type { Runs } from "./runs.ts";
import type { SeriesStore } from "./series.ts";
import type { Standing } from "./standing.ts";
import type { Traces } from "./traces.ts";

/** One request (or spool line) exactly as it was received. */
export interface NewDelivery {
  id: string;
  source: string;
  instance: string;
  /** The vendor's delivery id; `null` = none, then the body alone decides. */
  headerId: string | null;
  bodySha256: string;
  /** What makes it the same delivery again, beside the header id: SHA-256 (hex) of the body as it was sent. */
  seenSha256: string;
  receivedAt: string;
  verified: boolean;
  outcome: "accepted" | "ignored" | "unmapped";
  reason: string | null;
  contentType: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** What is appended together: at most one delivery and the events that it gave. All or nothing. */
export interface AppendItem {
  delivery: NewDelivery | null;
  events: readonly NewEvent[];
}

export interface AppendResult {
  /** The id of the delivery as stored, also when this one was a duplicate of it. */
  delivery: string | null;
  outcome: "accepted" | "duplicate" | "ignored" | "unmapped";
  reason: string | null;
  /** Ids of the activities concerned. */
  activities: string[];
  /** `seq` of the last event written; `null` when nothing was new. */
  seq: number | null;
}

/** A change that readers may want to hear of. */
export type Change =
  | {
      type: "activity";
      seq: number;
      id: string;
      kind: Kind;
      service: string | null;
      environment: string | null;
      status: string | null;
      source: string;
      occurredAt: string;
    }
  | { type: "source"; seq: number; source: string; instance: string; outcome: string }
  | { type: "names"; seq: number }
  /** What stands in the way of deployments, or what projects ask, is another one now. */
  | { type: "rules"; seq: number }
  /** A run of a pipeline, or one of its steps. */
  | { type: "run"; seq: number; id: string };

export interface LogHead {
  seq: number;
  /** Hex SHA-256 of the newest event, chained through all before it. */
  hash: string;
}

export type VerifyResult =
  | { ok: true; events: number; head: LogHead }
  | { ok: false; seq: number; problem: string; events: number; head: LogHead };

/** The log. `append` is synchronous and durable (fsync) when it returns. */
export interface EventLog {
  /** One transaction. @throws ViceError `store.unavailable` (disk full, read-only): nothing was written */
  append(items: readonly AppendItem[]): AppendResult[];
  /** Events after `seq`, oldest first, at most `limit`. */
  events(after: number, limit: number): LogEvent[];
  head(): LogHead;
  /** Recomputes the chain from `fromSeq`; calls `progress` now and then. */
  verify(expect: LogHead | null, progress: (share: number) => void): Promise<VerifyResult>;
  /** Called after each commit with what changed. @returns stop listening */
  onChange(listener: (changes: readonly Change[]) => void): () => void;
}

export interface StatusFilter {
  service?: string | undefined;
  team?: string | undefined;
  environment?: string | undefined;
  tier?: Tier | undefined;
  ephemeral?: boolean | undefined;
  /** A moment in the past, milliseconds since 1970. */
  atMs?: number | undefined;
}

export interface StatusItem {
  service: string | null;
  team: string | null;
  environment: string | null;
  tier: Tier | null;
  tenant: string | null;
  running: Activity | null;
  lastAttempt: Activity;
  /** How far it is behind the environment before it in the order of promotion. */
  behind: { environment: string; deployments: number; ms: number } | null;
}

export interface ActivityFilter {
  kind?: Kind | undefined;
  service?: string | undefined;
  team?: string | undefined;
  environment?: string | undefined;
  tier?: Tier | undefined;
  source?: string | undefined;
  instance?: string | undefined;
  status?: string | undefined;
  actor?: string | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
  includeExcluded?: boolean | undefined;
}

/** A stored delivery. `body` is `null` when retention dropped it. */
export interface StoredDelivery extends Omit<NewDelivery, "body" | "seenSha256"> {
  body: Uint8Array | null;
  bytes: number;
  flagged: boolean;
}

export interface ActivityDetail {
  activity: Activity;
  transitions: StoredTransition[];
  deliveries: StoredDelivery[];
  history: Array<{
    type: "amended" | "voided" | "restored";
    at: string;
    actor: string | null;
    reason: string;
  }>;
  excluded: string | null;
}

/** What runs where and what happened. Reads never wait for writers. */
export interface ReadModels {
  status(filter: StatusFilter, nowMs: number): StatusItem[];
  activities(filter: ActivityFilter, limit: number, cursor: string | null, nowMs: number): Page<Activity>;
  activity(id: string, nowMs: number): Activity | null;
  detail(id: string, nowMs: number): ActivityDetail | null;
}

/** Rules that came by command (not from the configuration file), with their origin. */
export interface StoredRule {
  id: string;
  rule: NameRule;
  at: string;
  actor: string | null;
  reason: string | null;
}

/** How the read models are made: rules and order of reporters from the configuration. */
export interface ProjectionSettings {
  configRules: readonly NameRule[];
  sourceOrder: readonly string[];
  /** Running or pending longer than this is shown as abandoned, in milliseconds. */
  abandonAfterMs: number;
  /** Environment names in the order of promotion; others are placed by tier. */
  environmentOrder: readonly string[];
}

export interface SourceStat {
  source: string;
  instance: string;
  accepted: number;
  duplicate: number;
  ignored: number;
  unmapped: number;
  rejected: number;
  unverified: number;
  lastDeliveryAt: string | null;
  lastOutcome: string | null;
  lastRejection: { at: string; reason: string } | null;
}

export interface DeliveryFilter {
  source?: string | undefined;
  instance?: string | undefined;
  outcome?: string | undefined;
}

/** Raw deliveries, and the counts of what came. */
export interface Deliveries {
  get(id: string): StoredDelivery | null;
  /** Newest first, without bodies. */
  list(filter: DeliveryFilter, limit: number, cursor: string | null): Page<Omit<StoredDelivery, "body">>;
  /** Oldest first after number `after`, with bodies, for `reprocess`. */
  walk(filter: DeliveryFilter, after: number, limit: number): Array<StoredDelivery & ReprocessState>;
  stats(): SourceStat[];
  /** Counts deliveries that were refused; nothing of them is stored. Written in bundles. */
  rejected(source: string, instance: string, reason: string, atMs: number): void;
  /** Forgets raw bodies received before a moment, in small transactions. @returns how many */
  dropBodies(beforeMs: number): Promise<number>;
}

/** What `reprocess` has to know of a delivery. */
export interface ReprocessState {
  n: number;
  generation: number;
  events: { fromSeq: number; toSeq: number } | null;
}

/** One name that a tool uses, and what it stands for now. */
export interface ReportedName {
  source: string;
  instance: string;
  name: string;
  service: string | null;
  matched: boolean;
  deployments: boolean;
  count: number;
  lastAt: string;
}

export interface Names {
  reported(): ReportedName[];
  rules(): StoredRule[];
  environments(): Array<{ name: string; tier: Tier | null; services: number }>;
  /** Team by service, where one is known. */
  teams(): Array<{ service: string; team: string }>;
  /** Names and logins of persons that a filter may offer. */
  actors(limit: number): string[];
}

export interface StoredToken {
  id: string;
  name: string;
  scopes: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** Access tokens, by the SHA-256 of their secret. */
export interface Tokens {
  create(token: {
    id: string;
    name: string;
    sha256: string;
    scopes: readonly string[];
    createdMs: number;
    expiresMs: number | null;
  }): void;
  /** `null` for unknown, revoked and expired ones. Notes the use, at most once a minute. */
  find(sha256: string, nowMs: number): StoredToken | null;
  list(): StoredToken[];
  /** @returns false when there is none */
  revoke(id: string, nowMs: number): boolean;
  isRevoked(id: string): boolean;
  /** Whether a token was ever made: then open mode has ended, also when the last one was revoked or expired. */
  any(): boolean;
}

/** Small durable state of workers: poll cursors, cached answers. JSON values. */
export interface State {
  get(scope: string, key: string): { value: unknown; atMs: number } | null;
  set(scope: string, key: string, value: unknown, atMs: number): void;
  delete(scope: string, key: string): void;
  list(scope: string): Array<{ key: string; value: unknown; atMs: number }>;
}

export type WorkState =
  | { idle: true }
  | { idle: false; what: "rebuild" | "rename" | "follow"; share: number; done: number; total: number };

/** Care of the store as a whole. */
export interface Maintenance {
  /** Throws the read models away; `work` builds them again. */
  startRebuild(): void;
  /** Called when there is new background work that no append brought. @returns stop listening */
  onWork(listener: () => void): () => void;
  /** One piece of background work. */
  work(budgetMs: number): WorkState;
  /** Projects what is new since, so that the next read sees it. */
  catchUp(): void;
  /** A consistent copy into a file while writing goes on (SQLite's online backup). */
  copyTo(file: string, progress: (share: number) => void): Promise<void>;
  health(): StoreHealth;
  /** Whether the read models have the form of this vice; whoever only reads cannot make them so. */
  isCurrent(): boolean;
  /** Erases the names of a person, by id; the id stays in the log and means nobody. */
  forgetPerson(person: string): void;
  /** Ids of the persons whose name or login (or id) is this word, without regard to case. */
  findPersons(word: string): string[];
  /** Takes other settings from the configuration; when rules changed, `work` names everything again. */
  configure(settings: ProjectionSettings): void;
  /**
   * Takes in deliveries that were normalised again, in one transaction: where one says something else now, its events are
   * appended and those of the former generation no longer count.
   * @param write `false` only compares
   * @returns for each, whether it says something else. @throws ViceError `store.unavailable`
   */
  supersede(list: readonly Reprocessed[], write: boolean): boolean[];
}

/** A stored delivery and what today's adapter makes of it. */
export interface Reprocessed {
  delivery: Omit<StoredDelivery, "body"> & ReprocessState;
  outcome: NewDelivery["outcome"];
  reason: string | null;
  events: ReadonlyArray<NewEvent<"vice.activity.observed.v1">>;
  /** Commits that it tells of. They are facts that nothing supersedes: taken where the delivery gave nothing before. */
  commits?: ReadonlyArray<NewEvent<"vice.commits.seen.v1">>;
}

export interface StoreHealth {
  file: string;
  seq: number;
  /** Events that the read models do not know yet. */
  lag: number;
  /** Activities that links, rollups and histograms do not know yet. */
  followersLag: number;
  /** Events that the read models could not take and left out; a rebuild tries them again. */
  failedEvents: number;
  fileBytes: number;
  walBytes: number;
  freeBytes: number;
  activities: number;
  deliveries: number;
}

/** The store, by facet. */
export interface Store {
  log: EventLog;
  read: ReadModels;
  deliveries: Deliveries;
  names: Names;
  tokens: Tokens;
  state: State;
  standing: Standing;
  runs: Runs;
  outbox: Outbox;
  flows: Flows;
  durations: Durations;
  series: SeriesStore;
  dora: Dora;
  traces: Traces;
  commits: Commits;
  figures: Figures;
  maintenance: Maintenance;
  /** Finds an activity by its id or by the unique start of it. @throws ViceError `not-found`, `input.invalid` */
  resolveId(text: string): string;
  close(): void;
}

export type { CompiledRules, Page };
