/** Pieces of work and their differences as the API answers them; only types, so that tests may import them without a browser. */
import type { Activity, Kind, Status } from "../../../src/domain/activity.ts";
import type { Difference } from "../../../src/domain/differences/rank.ts";

/** One item of `GET /v1/traces`. */
export interface WorkItem {
  traceId: string;
  name: string;
  head: { id: string; kind: Kind; status: Status | null };
  status: Status | null;
  activities: number;
  failed: number;
  canceled: number;
  tools: string[];
  services: string[];
  environments: string[];
  teams: string[];
  startedAt: string | null;
  /** `null` = something goes on. */
  finishedAt: string | null;
  durationMs: number | null;
  truncated: boolean;
  /** The newest that fits. */
  activity: Activity;
}

/** Of `GET /v1/report/differences`. */
export interface DifferencesAnswer {
  title: string;
  odd: number;
  rest: number;
  days: number;
  sampled: boolean;
  method: string;
  items: Difference[];
}
