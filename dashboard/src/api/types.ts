/** The shapes of the HTTP API that the page reads; keys it does not know are ignored. */
import type { Activity, Deployment, Status, Tier } from "../../../src/domain/activity.ts";

export type { Activity, Deployment, Status, Tier };

export interface Me {
  mode: "open" | "token" | "session" | "none";
  /** As the log and approvals carry it. */
  id: string | null;
  name: string | null;
  scopes: string[];
  signIn: { token: boolean; oidc: { label: string; url: string } | null };
}

export interface About {
  version: string;
  home: string;
  demo: boolean;
}

/** How far a cell is behind the environment before it; `ms` is the age of the difference in milliseconds. */
export interface Behind {
  environment: string;
  deployments: number;
  ms: number;
}

export interface StatusItem {
  service: string | null;
  team: string | null;
  environment: string | null;
  tier: Tier | null;
  tenant: string | null;
  running: Deployment | null;
  lastAttempt: Deployment | null;
  behind: Behind | null;
}

export interface EnvironmentName {
  name: string | null;
  tier: Tier | null;
}

export interface StatusAnswer {
  items: StatusItem[];
  /** In promotion order. */
  environments: EnvironmentName[];
  /** The moment that was asked for; not there for the present. */
  at?: string;
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface Facets {
  services: string[];
  teams: string[];
  environments: EnvironmentName[];
  sources: string[];
  actors: string[];
}

export interface TransitionView {
  step: string;
  at: string;
  receivedAt: string;
  deliveryId: string | null;
  verified: boolean;
  facts: Record<string, unknown>;
}

export interface RawDelivery {
  id: string;
  source: string;
  instance: string | null;
  receivedAt: string;
  verified: boolean;
  contentType: string | null;
  outcome: string;
  reason?: string | null;
  headers: Record<string, string>;
  body: string | null;
  /** It is there, but not in this answer. */
  bodyLeftOut?: boolean;
}

export interface HistoryEntry {
  type: "amended" | "voided" | "restored";
  at: string;
  actor: string | null;
  reason: string | null;
}

/** Another activity, and why it is linked. */
export interface LinkedActivity {
  id: string;
  kind: Activity["kind"];
  name: string;
  status: Activity["status"];
  source: string;
  reason: string;
}

export interface ActivityDetail extends Activity {
  transitions: TransitionView[];
  causes: LinkedActivity[];
  effects: LinkedActivity[];
  deliveries: RawDelivery[];
  history: HistoryEntry[];
  excluded: string | null;
}

export type Outcome = "accepted" | "duplicate" | "ignored" | "unmapped" | "rejected";

export interface SourceItem {
  source: string;
  instance: string | null;
  title: string;
  lastDeliveryAt: string | null;
  lastOutcome: Outcome | null;
  counts: Record<Outcome, number>;
  secretSet: boolean;
  unverified: number;
  lastRejection: { at: string; reason: string } | null;
  services: string[];
  backfill: { progress: number; state: string } | null;
}

export interface CatalogEntry {
  name: string;
  title: string;
  setup: string[];
  schemes: unknown[];
}

export interface SourcesAnswer {
  items: SourceItem[];
  catalog: CatalogEntry[];
}

export interface DeliveryItem {
  id: string;
  source: string;
  instance: string | null;
  receivedAt: string;
  outcome: Outcome;
  reason: string | null;
  verified: boolean;
  bytes: number;
}

export interface ReportedName {
  source: string;
  instance: string | null;
  name: string;
  count: number;
  lastAt: string | null;
  ruleId?: string | null;
}

export interface UnmatchedName extends ReportedName {
  suggestion: string | null;
}

export interface AlikeService {
  service: string;
  /** The one that it may be. */
  into: string;
  why: "case" | "name" | "repository";
}

export interface NameRuleView {
  id: string;
  origin: "config" | "page";
  match: Record<string, unknown>;
  set: Record<string, unknown>;
}

export interface NamesAnswer {
  services: { service: string; team: string | null; reported: ReportedName[] }[];
  unmatched: UnmatchedName[];
  /** Services that may be one. */
  alike: AlikeService[];
  environments: { name: string; tier: Tier | null; reported?: ReportedName[] }[];
  rules: NameRuleView[];
}

export interface LocalAction {
  name: string;
  service: string | null;
  runs: number;
  failed: number;
  lastAt: string | null;
  lastStatus: Status | null;
  owner: string | null;
  p50Ms: number | null;
}

export interface TokenItem {
  id: string;
  name: string;
  scopes: string[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** What the stream says when an activity changed. */
export interface ActivityChange {
  id: string;
  kind: string;
  service: string | null;
  environment: string | null;
  status: Status | null;
  source: string;
  occurredAt: string;
}
