/** Guesses the tier of an environment from its name, and knows preview environments. */
import type { Tier } from "./activity.ts";

/** A branch or change request in front makes a preview, unless a lasting environment stands last: `feature-flags-prod`. */
const LASTING = "(?!.*[-_](prod|prd|production|live|staging|stage|stg)$)";
const EPHEMERAL = [
  /^(review|preview|ephemeral|deploy[-_]?preview)$/,
  /^review[-_ ]?apps?([^a-z]|$)/,
  /^(ephemeral|tmp|temp|deploy[-_]preview)([-_/#. ]|\d)/,
  /^(feature|feat|bugfix|hotfix|fix|branch|dependabot|renovate|review|preview|pull|pr|mr)\//,
  new RegExp(`^(pr|mr|pull|review|preview|feature|feat|bugfix|hotfix|branch)([-_#!. ]|\\d)${LASTING}`),
  /(^|[^a-z])(pr|mr|pull)[-_#!]?\d+([^a-z0-9]|$)/,
  /\(preview\)$/,
];

const words = (list: string): RegExp => new RegExp(`(^|[^a-z])(${list})([^a-z]|$)`);

/** First match wins; words are taken between separators, so that `reproduction` is not production. */
const PATTERNS: ReadonlyArray<readonly [Tier, readonly RegExp[]]> = [
  ["ephemeral", EPHEMERAL],
  [
    "staging",
    [
      words(
        "g?stg|staging|stage|pre-?prod|pre-?production|non-?prod|non-?production|uat|acc|accept|acceptance|demo",
      ),
      /^(pre|model)$/,
    ],
  ],
  [
    "testing",
    [words("test|tests|tst|testing|qa|qc|sit|int|integration|ci|e2e|perf|performance|load-?test"), /^load$/],
  ],
  ["development", [words("dev|devel|develop|development|local|localhost|sandbox|sbx|playground|trunk")]],
  ["production", [words("prod|prd|gprd|production|live|canary"), /^(github-|gitlab-)?pages$/]],
];

/** `EUProd` as `EU-Prod`. */
const separated = (name: string): string =>
  name.trim().replace(/([a-z0-9])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$&-");

/** @returns the tier that the name suggests, `other` when it suggests none, `null` for no name. */
export function guessTier(environment: string | null): Tier | null {
  if (environment === null) return null;
  const name = separated(environment).toLowerCase();
  for (const [tier, patterns] of PATTERNS) if (patterns.some((pattern) => pattern.test(name))) return tier;
  return "other";
}

/** Order of promotion when nothing else is configured: from the desk to the customer. */
export const TIER_ORDER: readonly Tier[] = [
  "ephemeral",
  "development",
  "testing",
  "staging",
  "other",
  "production",
];
