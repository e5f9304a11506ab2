/** What was typed into the fields of a scope, and the scope it means. Pure. */

import type { Scope } from "../api/rule-types.ts";
import type { Tier } from "../api/types.ts";

export const TIERS: readonly Tier[] = [
  "production",
  "staging",
  "testing",
  "development",
  "ephemeral",
  "other",
];

export type ScopeWords = Partial<Record<keyof Scope, string>>;

/** An empty field means any. */
export const scopeOf = (words: ScopeWords): Scope => ({
  service: filled(words.service),
  team: filled(words.team),
  environment: filled(words.environment),
  tier: TIERS.find((tier) => tier === words.tier) ?? null,
});

const filled = (text = ""): string | null => (text.trim() === "" ? null : text.trim());
