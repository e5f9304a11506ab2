/** May this be deployed there now? One answer with every reason against it. Pure: the facts are handed in. */
import { frozenUntil, isFrozen } from "./freeze.ts";
import type { EnvironmentPolicy } from "./policy.ts";
import { covers, type Place, type Scope, sayScope } from "./scope.ts";

/** In the order in which they are told: what stops everybody first. */
export const RULES = [
  "andon",
  "freeze",
  "lock",
  "incident",
  "check",
  "promotion",
  "approval",
  "batch",
] as const;
export type RuleName = (typeof RULES)[number];

export interface Reason {
  rule: RuleName;
  /** What stands against it, who said so and since when. */
  message: string;
  /** What to type or to wait for. */
  hint: string;
  /** When it began (ISO 8601), who made it so, and when it ends by itself, as far as known. */
  since: string | null;
  by: string | null;
  until: string | null;
}

export interface Question extends Place {
  service: string;
  environment: string;
  /** `null` = whatever comes next. */
  version: string | null;
  commitSha: string | null;
  /** Commits since what runs there now, when somebody counted them. */
  commits: number | null;
  /** Whose lock does not stand in the way: the holder that asks. */
  holder: string | null;
}

interface Said {
  id: string;
  scope: Scope;
  reason: string;
  at: string;
  by: string | null;
}

export interface Facts {
  nowMs: number;
  andons: readonly Said[];
  freezes: ReadonlyArray<Said & { from: string; to: string | null }>;
  overrides: ReadonlyArray<Said & { until: string }>;
  /** The living lock of this place. */
  lock: { holder: string; reason: string; at: string; until: string | null } | null;
  incidents: ReadonlyArray<{ name: string; at: string | null; url: string | null }>;
  /** Checks whose newest result is a failure. */
  redChecks: ReadonlyArray<{ name: string; at: string; url: string | null }>;
  /** Environments in which this version succeeded. */
  passedIn: readonly string[];
  approvals: ReadonlyArray<{
    by: string | null;
    at: string;
    expiresAt: string | null;
    roles: readonly string[];
  }>;
  /** Who asked for the deployment: his own approval does not count. */
  requestedBy: string | null;
  /** What the project asks; `null` = no project says anything about this environment. */
  policy: EnvironmentPolicy | null;
}

export interface Verdict {
  allowed: boolean;
  reasons: Reason[];
  /** Rules that could not be judged, and what is missing to do so: they do not stand against it. */
  unknown: Array<{ rule: RuleName; message: string }>;
}

type Rule = (question: Question, facts: Facts) => Reason[];

const reason = (
  rule: RuleName,
  message: string,
  hint: string,
  more: Partial<Pick<Reason, "since" | "by" | "until">> = {},
): Reason => ({ rule, message, hint, since: null, by: null, until: null, ...more });

const by = (who: string | null): string => (who === null ? "" : ` by ${who}`);
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const version = ({ version: name }: Question): string => name ?? "the next version";

const andon: Rule = (question, { andons }) =>
  andons
    .filter(({ scope }) => covers(scope, question))
    .map(({ id, scope, reason: why, at, by: who }) =>
      reason(
        "andon",
        `The line is stopped for ${sayScope(scope)}${by(who)} since ${at}: ${why}`,
        `When it is mended: vice andon release ${id} --reason "..."`,
        { since: at, by: who },
      ),
    );

const freeze: Rule = (question, { freezes, overrides, policy, nowMs }) => {
  if (overrides.some(({ scope, until }) => covers(scope, question) && nowMs < Date.parse(until))) return [];
  const hint = `Wait, or say why it cannot: vice freeze override --service ${question.service} --environment ${question.environment} --reason "..."`;
  const said = freezes
    .filter(({ scope, from, to }) => covers(scope, question) && isWithin(nowMs, from, to))
    .map(({ scope, reason: why, from, to, by: who }) =>
      reason(
        "freeze",
        `${sayScope(scope)} is frozen${by(who)} until ${to ?? "further notice"}: ${why}`,
        hint,
        {
          since: from,
          by: who,
          until: to,
        },
      ),
    );
  const written = (policy?.freezes ?? [])
    .filter((window) => isFrozen(window, nowMs))
    .map((window) => {
      const until = iso(frozenUntil(window, nowMs));
      return reason(
        "freeze",
        `${question.environment} is frozen by its project until ${until ?? "further notice"}: ${window.reason}`,
        hint,
        { until },
      );
    });
  return [...said, ...written];
};

const isWithin = (nowMs: number, from: string, to: string | null): boolean =>
  nowMs >= Date.parse(from) && (to === null || nowMs < Date.parse(to));

const lock: Rule = (question, { lock: held }) =>
  held === null || held.holder === question.holder
    ? []
    : [
        reason(
          "lock",
          `${question.service} in ${question.environment} is locked by ${held.holder} since ${held.at}: ${held.reason}`,
          `Wait for it, or take it with a reason: vice lock ${question.service} ${question.environment} --steal --reason "..."`,
          { since: held.at, by: held.holder, until: held.until },
        ),
      ];

const incident: Rule = (question, { incidents }) =>
  incidents.map(({ name, at, url }) =>
    reason(
      "incident",
      `${question.service} has an open incident${at === null ? "" : ` since ${at}`}: ${name}`,
      url === null ? "Close it where it was opened." : `Close it: ${url}`,
      { since: at },
    ),
  );

const check: Rule = (question, { redChecks }) =>
  redChecks.map(({ name, at, url }) =>
    reason(
      "check",
      `The check "${name}" of ${question.service} is red since ${at}.`,
      url === null ? "Run it again when it is mended." : `Look: ${url}`,
      { since: at },
    ),
  );

const promotion: Rule = (question, { policy, passedIn }) => {
  const passed = new Set(passedIn.map((name) => name.toLowerCase()));
  if (question.version === null && question.commitSha === null)
    return (policy?.after ?? []).length === 0
      ? []
      : [
          reason(
            "promotion",
            `${question.environment} takes only what passed ${policy?.after.join(" and ")}, and no version was named.`,
            "Name it: --version V, or --commit SHA",
          ),
        ];
  return (policy?.after ?? [])
    .filter((name) => !passed.has(name.toLowerCase()))
    .map((name) =>
      reason(
        "promotion",
        `${version(question)} has not passed ${name}, which ${question.environment} asks for.`,
        `Deploy it to ${name} first.`,
      ),
    );
};

const approval: Rule = (question, facts) => {
  const wanted = facts.policy?.approvals ?? null;
  if (wanted === null) return [];
  const voices = new Set(countedApprovals(facts, wanted.roles).map(({ by: who }) => who));
  if (voices.size >= wanted.count) return [];
  const roles = wanted.roles.length === 0 ? "" : ` of ${wanted.roles.join(" or ")}`;
  return [
    reason(
      "approval",
      `${question.environment} asks for ${wanted.count} approval${wanted.count === 1 ? "" : "s"}${roles} of ${version(question)}, and has ${voices.size}.`,
      `Somebody else says: vice approve ${question.service} ${question.environment}${question.version === null ? "" : ` --version ${question.version}`}`,
    ),
  ];
};

/** Of others than the one who asked, with a fitting role, and not too old. */
function countedApprovals(
  { approvals, requestedBy, nowMs, policy }: Facts,
  roles: readonly string[],
): Facts["approvals"] {
  const age = policy?.approvals?.expiresAfterMs ?? null;
  return approvals.filter(
    (each) =>
      each.by !== null &&
      each.by !== requestedBy &&
      (each.expiresAt === null || nowMs < Date.parse(each.expiresAt)) &&
      (age === null || nowMs < Date.parse(each.at) + age) &&
      (roles.length === 0 || roles.some((role) => each.roles.includes(role))),
  );
}

const batch: Rule = (question, { policy }) => {
  const most = policy?.maxCommits ?? null;
  if (most === null || question.commits === null || question.commits <= most) return [];
  return [
    reason(
      "batch",
      `${question.commits} commits at once are more than the ${most} that ${question.environment} takes.`,
      "Deploy an earlier commit first, or raise maxCommits in vice.yaml.",
    ),
  ];
};

const JUDGE: Readonly<Record<RuleName, Rule>> = {
  andon,
  freeze,
  lock,
  incident,
  check,
  promotion,
  approval,
  batch,
};

function unknownOf({ commits }: Question, { policy }: Facts): Verdict["unknown"] {
  if (policy === null || policy.maxCommits === null || commits !== null) return [];
  return [{ rule: "batch", message: "Nobody counted the commits of this deployment: say --commits N." }];
}

/** Every rule is asked, so that all that stands in the way is told at once. */
export function judge(question: Question, facts: Facts): Verdict {
  const reasons = RULES.flatMap((rule) => JUDGE[rule](question, facts));
  return { allowed: reasons.length === 0, reasons, unknown: unknownOf(question, facts) };
}
