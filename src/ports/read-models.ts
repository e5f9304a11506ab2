/** What runs where and what happened; a facet of the store that answers what must be seen at once. */
import type { Activity, Kind, Tier } from "../domain/activity.ts";
import type { NameRule } from "../domain/names.ts";
import type { StoredTransition } from "../domain/transition.ts";
import type { StoredDelivery } from "./deliveries.ts";
import type { Page } from "./page.ts";

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

/** How the read models are made: rules and order of reporters from the configuration. */
export interface ProjectionSettings {
  configRules: readonly NameRule[];
  sourceOrder: readonly string[];
  /** Running or pending longer than this is shown as abandoned, in milliseconds. */
  abandonAfterMs: number;
  /** Environment names in the order of promotion; others are placed by tier. */
  environmentOrder: readonly string[];
  /** IANA name of the zone in whose days sums are kept; UTC without it. Another one makes them anew. */
  timeZone?: string;
}

/** What runs where and what happened. Reads never wait for writers. */
export interface ReadModels {
  status(filter: StatusFilter, nowMs: number): StatusItem[];
  activities(filter: ActivityFilter, limit: number, cursor: string | null, nowMs: number): Page<Activity>;
  activity(id: string, nowMs: number): Activity | null;
  detail(id: string, nowMs: number): ActivityDetail | null;
}
