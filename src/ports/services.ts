/** What commands and doors work with: the ports, wired by `src/app`. */

import type { Tier } from "../domain/activity.ts";
import type { FlowRules } from "../domain/flow/meaning.ts";
import type { NameRule } from "../domain/names.ts";
import type { ChannelConfig } from "../domain/notify/channel.ts";
import type { OtlpExporterConfig } from "../domain/otlp/exporter-schema.ts";
import type { Grant } from "../domain/rules/roles.ts";
import type { Transition } from "../domain/transition.ts";
import type { Scope } from "../kit/command.ts";
import type { Artifacts } from "./artifact.ts";
import type { RunEngine } from "./auto.ts";
import type { OpenBlobStore } from "./blob-store.ts";
import type { Checkers } from "./check.ts";
import type { CommitSources } from "./commit-source.ts";
import type { AppendItem, AppendResult } from "./event-log.ts";
import type { Exporters } from "./exporter.ts";
import type { Notifiers } from "./notifier.ts";
import type { OutboundHttp } from "./outbound.ts";
import type { ProcessRunner } from "./process-runner.ts";
import type { QueryRunner } from "./query.ts";
import type { Secrets } from "./secrets.ts";
import type { LeftOut, Source } from "./source.ts";
import type { Store } from "./store.ts";
import type { Targets } from "./target.ts";

/** Writes to the log in groups: whatever arrives in one turn of the event loop is one transaction. */
export interface LogWriter {
  /** Resolves when the item is durable. @throws ViceError `store.unavailable` */
  append(item: AppendItem): Promise<AppendResult>;
  /** Resolves when background work (naming again, rebuild) is done. */
  settled(progress?: (share: number, what: string) => void): Promise<void>;
  /** Items waiting to be written. */
  readonly depth: number;
}

/** A request to a hook, as a door hands it over. */
export interface HookRequest {
  source: string;
  instance: string | null;
  /** Key of a capability URL. */
  key: string | null;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  rawBody: Uint8Array;
  /** Hears of bytes that are made of the body (what was packed), before they are kept. Throws when there is no room for them. */
  hold?: (bytes: number) => void;
  /** Whether an unsigned delivery may be taken when no secret is set (open mode). */
  allowUnsigned: boolean;
  /** The door knows the sender by a token that may write: then it need not be signed too. */
  knownSender?: boolean;
}

export interface HookResult {
  delivery: string | null;
  outcome: "accepted" | "duplicate" | "ignored" | "unmapped";
  reason: string | null;
  activities: string[];
  /** Parts of it that could not be read; absent = all could. */
  left?: LeftOut;
}

/** Takes deliveries: verifies, reads, normalises, stores. */
export interface Intake {
  /** @throws ViceError `hook.unsigned`, `body.*`, `source.unknown`, `store.unavailable` */
  receive(request: HookRequest): Promise<HookResult>;
  /** CloudEvents in any mode; one result for each event. */
  receiveEvents(request: Omit<HookRequest, "source">): Promise<HookResult[]>;
  /** Spool lines (NDJSON); lines that are not right are counted, not thrown. */
  receiveSpool(
    body: Uint8Array,
    instance: string,
  ): Promise<{ accepted: number; duplicate: number; invalid: number }>;
  /** Facts that vice fetched itself (poll, enrichment), kept like a delivery; the same body again is a duplicate. */
  appendTransitions(fetched: FetchedFacts): Promise<HookResult>;
}

export interface FetchedFacts {
  source: string;
  instance: string;
  /** `poll` or `enrich`. */
  origin: string;
  /** What was fetched. */
  body: unknown;
  transitions: readonly Transition[];
}

/** One instance of a source, from `vice.server.yaml`, `VICE_*` variables or the page. */
export interface SourceInstance {
  source: string;
  instance: string | null;
  /** Secrets that are accepted; several for rotation. */
  secrets: readonly string[];
  options: unknown;
  /** Reading from our side, when configured. */
  poll: {
    url: string;
    token: string | null;
    only: string[];
    everySeconds: number;
    backfillDays: number;
  } | null;
}

/** The server's configuration, checked. */
export interface ServerConfig {
  home: string;
  /** The file it was read from, or `null`. */
  file: string | null;
  host: string;
  port: number;
  rules: readonly NameRule[];
  /** Mappings of `sources.<name>.map`: each name is a source of its own. */
  mappings: Readonly<Record<string, unknown>>;
  sourceOrder: readonly string[];
  environmentOrder: readonly string[];
  abandonAfterMs: number;
  /** IANA name: whose days, weeks and months metrics and reports count where nobody says otherwise. */
  timeZone: string;
  /** Raw bodies older than this are dropped; `null` = kept for ever. */
  keepBodiesDays: number | null;
  /** Logs of runs that ended before are forgotten; `null` = kept for ever. */
  keepRunsDays: number | null;
  sources: readonly SourceInstance[];
  /** Events never stored: dropped or changed before the store, by source (fields as JSON pointers). */
  transforms: ReadonlyArray<{ source: string; drop: readonly string[] }>;
  oidc: {
    issuer: string;
    clientId: string;
    clientSecret: string;
    label: string;
    scopes: Record<string, string[]>;
    allowEmails: string[];
  } | null;
  trustedProxy: { header: string; addresses: string[]; scopes: string[] } | null;
  rateLimit: { perMinute: number } | null;
  /** Who may do what where; empty = scopes alone decide. */
  roles: readonly Grant[];
  /** Branches whose red pipeline pulls the andon cord of its service; empty = none does. */
  trunk: readonly string[];
  backup: { url: string; schedule: string; verify: boolean } | null;
  /** Where notices go. Secrets are as they were written: `env:NAME` and `file:PATH` are looked up when they are used. */
  channels: readonly ChannelConfig[];
  /** Where activities go as spans when they end; secrets as with channels. `null` = nowhere. */
  otlpExporter: OtlpExporterConfig | null;
  /** Reports over several services, by name. */
  dashboards: readonly SavedDashboard[];
  /** A Prometheus (or what speaks its API) that is asked for series; `null` = none. */
  prometheus: {
    url: string;
    token: string | null;
    /** Queries that every reader may ask, by name. */
    queries: Readonly<Record<string, string>>;
    /** What it takes to ask any other. */
    scope: Scope;
  } | null;
  /** What the columns and labels of trackers mean for the flow of work. */
  flow: FlowRules;
  /** Outbound calls may go to these private hosts although they are private. */
  allowPrivateHosts: readonly string[];
  /** Where others reach the server (behind a proxy, by a name); `null` = as it listens. */
  publicUrl: string | null;
}

/** What a report by that name is about; what is not said is not narrowed. */
export interface SavedDashboard {
  name: string;
  services?: readonly string[] | undefined;
  team?: string | undefined;
  environment?: string | undefined;
  tier?: Tier | undefined;
  /** With panels it is drawn by them: the keys of `src/domain/dashboard/dashboard-schema.ts`. */
  panels?: readonly unknown[] | undefined;
  title?: string | undefined;
  about?: string | undefined;
  since?: string | undefined;
  bucket?: string | undefined;
  tz?: string | undefined;
}

/** Sources by name, with their configured instances. */
export interface Sources {
  names(): string[];
  /** `null` = there is none. */
  get(name: string): Promise<Source | null>;
  /** Secrets and options for an instance; falls back to those of the source as a whole. */
  instance(source: string, instance: string | null): SourceInstance;
  /** Whether this instance is named in the configuration or has a secret of its own. */
  isConfigured(source: string, instance: string | null): boolean;
  /** Makes a secret for an instance and keeps it in the home, readable only for its owner. */
  connect(source: string, instance: string | null): { secret: string };
}

/** What configuration, secrets and files look like on disk, beside what runs. */
export interface Inspection {
  file: string | null;
  /** Why the file would not be taken, one line for each place; empty = it would. */
  problems: string[];
  /** Whether what is written differs from what runs. */
  changed: boolean;
  /** Keys and variables that stand for a secret and are empty. */
  emptySecrets: string[];
  /** Files that others may read or change and should not. */
  loose: Array<{ path: string; mode: number }>;
}

export interface Services {
  version: string;
  config: ServerConfig;
  store: Store;
  log: LogWriter;
  intake: Intake;
  sources: Sources;
  /** Carries out runs of pipelines. */
  auto: RunEngine;
  processes: ProcessRunner;
  /** Looks whether what was deployed works, by kind of check. */
  checks: Checkers;
  /** What releases are brought onto, by kind. */
  targets: Targets;
  /** What is deployed, by digest. */
  artifacts: Artifacts;
  /** Opens the secrets of applications. */
  secrets: Secrets;
  /** People's SQL, apart from the connection that writes. */
  query: QueryRunner;
  /** Places that hold backups. */
  openBlobs: OpenBlobStore;
  /** Opens another store file, to prove a restored one. @throws ViceError `store.damaged`, `store.newer` */
  openStore: (file: string, mode: "read" | "write") => Store;
  /**
   * Takes a home for writing. @returns lets go
   * @throws ViceError `store.busy` while a server or another writer has it
   */
  lockHome: (home: string) => Promise<() => void>;
  /** Clones and forges that commits are read from; none where nothing could be written. */
  commitSources: CommitSources;
  /** HTTP to vendors; `ownHost` (host name of a configured connection) may be private, nothing else. */
  outbound: (ownHost: string | null) => OutboundHttp;
  notifiers: Notifiers;
  exporters: Exporters;
  /** For `vice doctor`. */
  inspect: () => Promise<Inspection>;
  /** Variables that `env:NAME` means where vice runs. */
  env: Readonly<Record<string, string | undefined>>;
  /** Whether this is the demonstration company. */
  demo: boolean;
  /** Stable id of this home, made with its store. */
  homeId: string;
  /** Base URL of the server when one runs, for links and hook URLs. */
  baseUrl: string | null;
}
