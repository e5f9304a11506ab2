/** The shapes of the answers about the flow of work; keys that the page does not know are ignored. */
import type { Kind } from "../../../src/domain/activity.ts";
import type { Meaning } from "../../../src/domain/flow/meaning.ts";
import type { Stay } from "../../../src/domain/flow/stays.ts";
import type { Status } from "../api/types.ts";

export interface BoardItem {
  id: string;
  kind: Kind;
  name: string;
  service: string | null;
  team: string | null;
  environment: string | null;
  status: Status | null;
  column: string | null;
  since: string | null;
  ageMs: number | null;
  actor: string | null;
  source: string;
  url: string | null;
}

export interface Board {
  items: BoardItem[];
  counts: Record<string, number>;
  truncated: boolean;
}

export interface FlowColumn {
  column: string;
  meaning: Meaning;
  now: number;
  oldestMs: number | null;
  left: number;
  p50Ms: number | null;
  p95Ms: number | null;
  share: number | null;
}

export interface TicketLine {
  id: string;
  name: string;
  service: string | null;
  column: string | null;
  state: Meaning;
  leadMs: number | null;
  ageMs: number | null;
  efficiency: number | null;
  /** What it is at least and at most, where part of the time is not known. */
  efficiencyRange: { least: number; most: number } | null;
  url: string | null;
}

export interface FlowAnswer {
  days: number;
  inProgress: number;
  waiting: number;
  done: number;
  leadMs: { p50: number | null; p85: number | null };
  cycleMs: { p50: number | null; p85: number | null };
  efficiency: number | null;
  /** What it is at least and at most, where part of the time is not known. */
  efficiencyRange: { least: number; most: number } | null;
  columns: FlowColumn[];
  items: TicketLine[];
}

export interface TicketAnswer {
  ticket: TicketLine;
  stays: Stay[];
  below: TicketLine[];
  whole: {
    leadMs: number | null;
    reason: string | null;
    parts: number;
    services: string[];
    sources: string[];
  };
}

export interface Branches {
  items: Array<{
    id: string;
    name: string;
    branch: string | null;
    service: string | null;
    ageMs: number;
    draft: boolean;
  }>;
}

export interface Trunk {
  days: number;
  runs: number;
  redShare: number | null;
  items: Array<{
    service: string | null;
    pipeline: string;
    from: string;
    to: string | null;
    ms: number;
    brokenBy: string;
  }>;
}

export interface Abnormal {
  items: Array<{ key: string; kind: string; activity: string | null; since: string; said: string }>;
}

export interface Differences {
  title: string;
  odd: number;
  rest: number;
  method: string;
  items: Array<{
    key: string;
    value: string;
    odd: number;
    rest: number;
    lift: number;
    isClear: boolean;
  }>;
}
