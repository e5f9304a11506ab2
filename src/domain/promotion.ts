/** Puts environments into the order of promotion. Pure. */
import type { Tier } from "./activity.ts";
import { foldName } from "./fold-name.ts";
import { TIER_ORDER } from "./tier.ts";

/** Lower = earlier on the way to production. */
export type Rank = (environment: string | null, tier: Tier | null) => number;

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Names of services in order; what is not known ('') stands last. */
export const unknownLast = (a: string, b: string): number =>
  Number(a === "") - Number(b === "") || compare(a, b);

/** The place of an environment in the order of promotion: configured names first in their order, others by tier. */
export function promotionRank(configured: readonly string[]): Rank {
  const keys = configured.map(foldName);
  return (environment, tier) => {
    const at = environment === null ? -1 : keys.indexOf(foldName(environment));
    const byTier = tier === null ? TIER_ORDER.length : TIER_ORDER.indexOf(tier);
    return at === -1 ? byTier * 1000 : 500 + at + (tier === "production" ? 5000 : byTier * 1000);
  };
}
