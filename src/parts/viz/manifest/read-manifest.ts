/** What changed between two releases: commits, and the changes, tickets and authors behind them. */
import type { Activity } from "../../../domain/activity.ts";
import { numberedKey } from "../../../domain/trace/references.ts";
import type { Commits, StoredCommit } from "../../../ports/commits.ts";
import type { NamedRelease } from "./find-release.ts";

/** A change or a ticket: as a message names it, and as a tool told of it. */
export interface NamedThing {
  /** `#15`, `group/app!15`, `SHOP-12`. */
  name: string;
  title: string | null;
  url: string | null;
  status: Activity["status"];
  /** `null` = no tool told of it. */
  activity: string | null;
}

export interface ManifestCommit {
  sha: string;
  subject: string;
  message: string;
  author: { name: string | null; login: string | null } | null;
  committedAt: string | null;
  url: string | null;
  /** It only brings two lines together. */
  isMerge: boolean;
  changes: string[];
  tickets: string[];
  reverts: string[];
}

export interface Authored {
  name: string;
  commits: number;
}

export interface Contents {
  /** `null` = not known, see `reason`. */
  commits: ManifestCommit[] | null;
  /** How many commits of the former release are no longer there; `null` = not known. */
  takenBack: number | null;
  changes: NamedThing[];
  tickets: NamedThing[];
  authors: Authored[];
  /** Why the commits are not known; `null` = they are. */
  reason: string | null;
  missing: string[];
}

export const NO_CONTENTS: Contents = {
  ...{ commits: null, takenBack: null, changes: [], tickets: [], authors: [], reason: null, missing: [] },
};

interface Between {
  from: Pick<NamedRelease, "sha" | "version"> | null;
  to: Pick<NamedRelease, "sha" | "version"> | null;
}

/** Why there is nothing to compare; `null` = there is. */
function lackOf({ from, to }: Between): string | null {
  if (to === null) return "nothing runs there";
  if (from === null) return "nothing is known to have run there before";
  const without = [from, to].find(({ sha }) => sha === null);
  return without === undefined
    ? null
    : `the deployment of ${without.version ?? "one of the two"} says no commit`;
}

export function contentsOf(commits: Commits, between: Between, nowMs: number): Contents {
  const reason = lackOf(between);
  const [base, head] = [between.from?.sha, between.to?.sha];
  if (reason !== null || !base || !head) return { ...NO_CONTENTS, reason };
  const range = commits.range(base, head);
  if (!range.known) {
    const [first = ""] = range.missing;
    const more = range.missing.length > 1 ? ` and ${range.missing.length - 1} more` : "";
    return {
      ...{ ...NO_CONTENTS, missing: [...range.missing] },
      reason: `commit ${first.slice(0, 8)}${more} is not known`,
    };
  }
  const own = range.commits;
  return {
    ...{ commits: own.map(commitView), takenBack: range.behind, reason: null, missing: [] },
    changes: changesOf(commits, own, nowMs),
    tickets: ticketsOf(commits, own, nowMs),
    authors: authorsOf(own),
  };
}

const subjectOf = (message: string | null): string => message?.split("\n", 1)[0] ?? "";

const commitView = (commit: StoredCommit): ManifestCommit => ({
  sha: commit.sha,
  subject: subjectOf(commit.message),
  message: commit.message ?? "",
  author: commit.author,
  committedAt: commit.committedAt,
  url: commit.url ?? pageOf(commit),
  isMerge: (commit.parents?.length ?? 0) > 1,
  changes: commit.mentions.changes.map((each) => signed(each, commit.repository)),
  tickets: [...commit.mentions.tickets, ...commit.mentions.issues.map((each) => signed(each, null))],
  reverts: [...commit.mentions.reverts],
});

/** GitHub, GitLab and Bitbucket show a commit below its repository. */
const pageOf = ({ repository, sha }: StoredCommit): string | null => {
  if (repository === null) return null;
  if (/\bgitlab\b/i.test(repository)) return `${repository}/-/commit/${sha}`;
  return `${repository}/commit/${sha}`;
};

const signed = (number: string, repository: string | null): string => {
  if (/[#!]/.test(number)) return number;
  return `${repository !== null && /\bgitlab\b/i.test(repository) ? "!" : "#"}${number}`;
};

const thingOf = (name: string, activity: Activity | undefined): NamedThing => ({
  name,
  title: activity?.tags["title"] ?? null,
  url: activity?.url ?? null,
  status: activity?.status ?? null,
  activity: activity?.id ?? null,
});

/** By what tools told of a commit first; what only messages name comes without a title. */
function changesOf(commits: Commits, own: readonly StoredCommit[], nowMs: number): NamedThing[] {
  const found = new Map<string, NamedThing>();
  for (const commit of own) {
    for (const change of commits.changesOn(commit.sha, nowMs))
      found.set(change.id, thingOf(signed(change.tags["number"] ?? "", change.repository), change));
    for (const number of commit.mentions.changes) {
      const key = numberedKey(commit.repository, number);
      const [change] = key === null ? [] : commits.work("change", key, nowMs);
      found.set(change?.id ?? key ?? number, thingOf(signed(number, commit.repository), change));
    }
  }
  return [...found.values()];
}

/** An issue's number may be that of a change: only where a tool told of a ticket it is one. */
function ticketsOf(commits: Commits, own: readonly StoredCommit[], nowMs: number): NamedThing[] {
  const found = new Map<string, NamedThing>();
  for (const { mentions, repository } of own) {
    for (const key of mentions.tickets) found.set(key, thingOf(key, commits.work("ticket", key, nowMs)[0]));
    for (const number of mentions.issues) {
      const key = numberedKey(repository, number);
      const [ticket] = key === null ? [] : commits.work("ticket", key, nowMs);
      if (key !== null && ticket !== undefined) found.set(key, thingOf(signed(number, null), ticket));
    }
  }
  return [...found.values()];
}

function authorsOf(own: readonly StoredCommit[]): Authored[] {
  const counts = new Map<string, number>();
  for (const { author, coAuthors } of own)
    for (const person of author === null ? coAuthors : [author, ...coAuthors]) {
      const name = person.name ?? person.login ?? "somebody";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  // By name: a manifest ranks nobody.
  return [...counts].map(([name, commits]) => ({ name, commits })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
