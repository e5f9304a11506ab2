/** What tools call things, and the rules that say what is meant; a facet of the store. */
import type { Tier } from "../domain/activity.ts";
import type { NameRule } from "../domain/names.ts";

/** Rules that came by command (not from the configuration file), with their origin. */
export interface StoredRule {
  id: string;
  rule: NameRule;
  at: string;
  actor: string | null;
  reason: string | null;
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
