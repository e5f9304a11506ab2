/** May this be deployed there now? One answer with every reason against it. Pure: the facts are handed in. */
import { sayAgo } from "../ago.ts";
import { type Facts, type Question, type Reason, RULES, type RuleName, type Verdict } from "./facts.ts";
import { frozenUntil, isFrozen } from "./freeze.ts";
import { sayUntil } from "./say-moment.ts";
import { covers, sayScope } from "./scope.ts";
import { word } from "./word.ts";

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
/** As words of a command line. */
const typed = ({ service, environment }: Question): string => `${word(service)} ${word(environment)}`;
const ago = (at: string | null, { nowMs }: Facts): string => (at === null ? "" : ` (${sayAgo(at, nowMs)})`);
const until = (at: string | null, { nowMs, timeZone }: Facts): string => sayUntil(at, nowMs, timeZone);

const andon: Rule = (question, facts) =>
  facts.andons
    .filter(({ scope }) => covers(scope, question))
    .map(({ id, scope, reason: why, at, by: who }) =>
      reason(
        "andon",
        `The line is stopped for ${sayScope(scope)}${by(who)}${ago(at, facts)}: ${why}`,
        `When it is mended: vice andon release ${id} --reason "..."`,
        { since: at, by: who },
      ),
    );

const isWithin = (nowMs: number, from: string, to: string | null): boolean =>
  nowMs >= Date.parse(from) && (to === null || nowMs < Date.parse(to));

/** What is frozen there, whoever lets it pass. */
function frozen(question: Question, facts: Facts): Reason[] {
  const { freezes, policy, nowMs } = facts;
  const { service, environment } = question;
  const hint = `Wait, or say why it cannot: vice freeze override --service ${word(service)} --environment ${word(environment)} --reason "..."`;
  const said = freezes
    .filter(({ scope, from, to }) => covers(scope, question) && isWithin(nowMs, from, to))
    .map(({ scope, reason: why, from, to, by: who }) => {
      const message = `${sayScope(scope)} is frozen${by(who)} until ${until(to, facts)}: ${why}`;
      return reason("freeze", message, hint, { since: from, by: who, until: to });
    });
  const written = (policy?.freezes ?? [])
    .filter((window) => isFrozen(window, nowMs))
    .map((window) => {
      const end = iso(frozenUntil(window, nowMs));
      const local = { ...facts, timeZone: window.timeZone };
      const message = `${environment} is frozen by its project until ${until(end, local)}: ${window.reason}`;
      return reason("freeze", message, hint, { until: end });
    });
  return [...said, ...written];
}

/** Of several that let it pass the one that does so for longest. */
const overrideOf = (question: Question, { overrides, nowMs }: Facts) =>
  overrides
    .filter(({ scope, until: end }) => covers(scope, question) && nowMs < Date.parse(end))
    .toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))[0] ?? null;

const freeze: Rule = (question, facts) =>
  overrideOf(question, facts) === null ? frozen(question, facts) : [];

function overriddenOf(question: Question, facts: Facts): Verdict["overridden"] {
  const passed = [
    { override: overrideOf(question, facts), would: frozen },
    { override: batchOverrideOf(question, facts), would: tooMuch },
  ];
  return passed.flatMap(({ override, would }) => {
    if (override === null) return [];
    const { by: who, until: end, reason: why } = override;
    return would(question, facts).map(({ message }) => ({
      message: `${message.replace(/\.$/, "")}. Overridden${by(who)} until ${until(end, facts)}: ${why}`,
      by: who,
      until: end,
      reason: why,
    }));
  });
}

/** A run that nobody carries out any more holds its lock until its lease ends. */
function runHint(holder: string): string | null {
  const [, id] = /^run (\S+)$/.exec(holder) ?? [];
  if (id === undefined) return null;
  return `Wait for it; look at it: vice auto show ${id}. If what carried it out has died: vice auto resume ${id} --reason "..."`;
}

const lock: Rule = (question, facts) => {
  const held = facts.lock;
  if (held === null) return [];
  const { holderId } = question;
  const isSame = held.holder === question.holder;
  if (isSame && (holderId === null || held.by === null || held.by === holderId)) return [];
  return [
    reason(
      "lock",
      `${question.service} in ${question.environment} is locked by ${isSame ? "another " : ""}${held.holder}${ago(held.at, facts)}: ${held.reason}`,
      runHint(held.holder) ??
        `Wait for it, or take it with a reason: vice lock ${typed(question)} --steal --reason "..."`,
      { since: held.at, by: held.holder, until: held.until },
    ),
  ];
};

/** So much of an id is unique among incidents. */
const ID_START = 13;

function closeHint({ url, ownId }: Facts["incidents"][number]): string {
  if (ownId !== null)
    return `When it is over: vice incident close ${ownId.slice(0, ID_START)} --reason "..."${url === null ? "" : ` (${url})`}`;
  return url === null ? "Close it where it was opened." : `Close it: ${url}`;
}

const incident: Rule = (question, facts) =>
  facts.incidents.map((each) =>
    reason(
      "incident",
      `${question.service} has an open incident${ago(each.at, facts)}: ${each.name}`,
      closeHint(each),
      { since: each.at },
    ),
  );

const check: Rule = (question, facts) =>
  facts.redChecks.map(({ name, at, url }) =>
    reason(
      "check",
      `The check "${name}" of ${question.service} is red${ago(at, facts)}.`,
      url === null ? "Run it again when it is mended." : `Look: ${url}`,
      { since: at },
    ),
  );

/** What is not known to be allowed is not allowed. */
const project: Rule = ({ service }, { unreadable, contending }) => [
  ...unreadable.map((name) =>
    reason(
      "project",
      `What the project ${name} asks of ${service} cannot be judged: this version of vice cannot read it.`,
      `Register it again (vice project register), or forget it: vice project remove ${word(name)}`,
    ),
  ),
  ...(contending.length < 2
    ? []
    : [
        reason(
          "project",
          `The projects ${contending.join(" and ")} both name ${service}: which of them counts cannot be judged.`,
          `Take it out of one of them and register that again, or forget one: vice project remove ${word(contending[1] ?? "")}`,
        ),
      ]),
];

const promotion: Rule = (question, { policy, passedIn }) => {
  const after = policy?.after ?? [];
  const { environment } = question;
  if (after.length === 0) return [];
  if (question.version === null && question.commitSha === null) {
    const message = `${environment} takes only what passed ${after.join(" and ")}, and no version was named.`;
    return [reason("promotion", message, "Name it: --version V, or --commit SHA")];
  }
  const passed = new Set(passedIn.map((name) => name.toLowerCase()));
  return after
    .filter((name) => !passed.has(name.toLowerCase()))
    .map((name) =>
      reason(
        "promotion",
        `${version(question)} has not passed ${name}, which ${environment} asks for.`,
        `Deploy it to ${name} first.`,
      ),
    );
};

const approval: Rule = (question, facts) => {
  const wanted = facts.policy?.approvals ?? null;
  if (wanted === null) return [];
  const voices = new Set(countedApprovals(facts, wanted.roles).map(({ person }) => person));
  if (voices.size >= wanted.count) return [];
  const roles = wanted.roles.length === 0 ? "" : ` of ${wanted.roles.join(" or ")}`;
  return [
    reason(
      "approval",
      `${question.environment} asks for ${wanted.count} approval${wanted.count === 1 ? "" : "s"}${roles} of ${version(question)}, and has ${voices.size}.`,
      `Somebody else says: vice approve ${typed(question)}${question.version === null ? "" : ` --version ${word(question.version)}`}`,
    ),
  ];
};

/** Of others than those who asked, with a fitting role, and not too old. */
function countedApprovals(
  { approvals, requesters, nowMs, policy }: Facts,
  roles: readonly string[],
): Facts["approvals"] {
  const age = policy?.approvals?.expiresAfterMs ?? null;
  return approvals.filter(
    (each) =>
      !requesters.includes(each.person) &&
      (each.expiresAt === null || nowMs < Date.parse(each.expiresAt)) &&
      (age === null || nowMs < Date.parse(each.at) + age) &&
      (roles.length === 0 || roles.some((role) => each.roles.includes(role))),
  );
}

/** What is too much at once, whoever lets it pass. */
function tooMuch(question: Question, { policy, counted, lines }: Facts): Reason[] {
  const { environment, service, version: name } = question;
  const meant = name === null ? "" : ` --version ${word(name)}`;
  const hint = `Deploy an earlier commit first, or say why it cannot: vice deploy batch-override ${word(service)} ${word(environment)}${meant} --reason "..."`;
  const commits = question.commits ?? counted?.atLeast ?? null;
  const least = question.commits === null && counted?.exact === false ? "At least " : "";
  return [
    { most: policy?.maxCommits ?? null, found: commits, said: `${least}${commits} commits` },
    {
      most: policy?.maxLines ?? null,
      found: question.lines ?? lines,
      said: `${question.lines ?? lines} lines`,
    },
  ].flatMap(({ most, found, said }) =>
    most === null || found === null || found <= most
      ? []
      : [reason("batch", `${said} at once are more than the ${most} that ${environment} takes.`, hint)],
  );
}

const batchOverrideOf = (question: Question, { batchOverrides, nowMs }: Facts) =>
  batchOverrides
    .filter(({ version: name, commitSha }) => {
      if (name === null && commitSha === null) return true;
      return (
        (name !== null && name === question.version) ||
        (commitSha !== null && commitSha === question.commitSha)
      );
    })
    .filter(({ scope, until: end }) => covers(scope, question) && nowMs < Date.parse(end))
    .toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))[0] ?? null;

const batch: Rule = (question, facts) =>
  batchOverrideOf(question, facts) === null ? tooMuch(question, facts) : [];

const JUDGE: Readonly<Record<RuleName, Rule>> = {
  andon,
  freeze,
  lock,
  incident,
  check,
  project,
  promotion,
  approval,
  batch,
};

function unknownOf(question: Question, facts: Facts): Verdict["unknown"] {
  if (batchOverrideOf(question, facts) !== null) return [];
  return [unknownCommits(question, facts), unknownLines(question, facts)].flatMap((message) =>
    message === null ? [] : [{ rule: "batch" as const, message }],
  );
}

function unknownCommits({ commits }: Question, { policy, counted }: Facts): string | null {
  const most = policy?.maxCommits ?? null;
  if (most === null || commits !== null || counted?.exact === true) return null;
  if (counted !== null && counted.atLeast > most) return null;
  const known = counted === null ? "" : ` The log knows of ${counted.atLeast}, and there may be more.`;
  return `Nobody counted the commits of this deployment, and at most ${most} may come at once: say --commits N.${known}`;
}

function unknownLines(question: Question, { policy, lines }: Facts): string | null {
  const most = policy?.maxLines ?? null;
  if (most === null || question.lines !== null || lines !== null) return null;
  return `Nobody counted the lines of this deployment, and at most ${most} may come at once: say --lines N.`;
}

/** Every rule is asked, so that all that stands in the way is told at once. */
export function judge(question: Question, facts: Facts): Verdict {
  const reasons = RULES.flatMap((rule) => JUDGE[rule](question, facts));
  return {
    allowed: reasons.length === 0,
    reasons,
    unknown: unknownOf(question, facts),
    overridden: overriddenOf(question, facts),
  };
}
