/** What `vice where` is asked for: a commit, a change or a ticket, as people write it, and the commits that it stands for. */
import type { Activity } from "../../../domain/activity.ts";
import { ticketsIn } from "../../../domain/commits/mentions.ts";
import { repositoryKey } from "../../../domain/trace/references.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { StoredCommit } from "../../../ports/commits.ts";
import type { Services } from "../../../ports/services.ts";

export interface Subject {
  kind: "commit" | "change" | "ticket";
  /** `279484c0`, `#15`, `SHOP-12`. */
  name: string;
  title: string | null;
  url: string | null;
  /** Where a tool told of it. */
  activity: string | null;
  repository: string | null;
  /** All of them have to be in an environment. */
  shas: readonly string[];
}

interface Context {
  services: Services;
  nowMs: number;
  repository: string | null;
}

/** Commits of one ticket that are looked at. */
const MOST = 200;

type Form = (text: string, ctx: Context) => Subject[];

const subjectOf = (commit: StoredCommit): string | null => commit.message?.split("\n", 1)[0] ?? null;

function ofCommit(hex: string, { services }: Context): Subject[] {
  const { commits } = services.store;
  const found = commits.find(hex, MOST);
  const whole = hex.length === 40 || hex.length === 64;
  const bare = { kind: "commit" as const, activity: null };
  if (found.length === 0 && whole)
    return [{ ...bare, name: hex.slice(0, 8), title: null, url: null, repository: null, shas: [hex] }];
  return found.map((commit) => ({
    ...bare,
    name: commit.sha.slice(0, 8),
    title: subjectOf(commit),
    url: commit.url,
    repository: commit.repository,
    shas: [commit.sha],
  }));
}

const COMMIT: Form = (text, ctx) => {
  const hex = text.toLowerCase();
  return /^[0-9a-f]{4,64}$/.test(hex) ? ofCommit(hex, ctx) : [];
};

/** The address of a page at a forge or of a ticket. */
const PAGE: Form = (text, ctx) => {
  if (!/^https?:\/\//i.test(text)) return [];
  const [, sha] = /\/commits?\/([0-9a-f]{7,64})(?:[/?#]|$)/i.exec(text) ?? [];
  if (sha !== undefined) return ofCommit(sha.toLowerCase(), ctx);
  const [, home, number] =
    /^(https?:\/\/.+?)\/(?:-\/merge_requests|pull|pull-requests|pullrequest)\/(\d+)/i.exec(text) ?? [];
  if (home !== undefined && number !== undefined) return ofNumber(number, { ...ctx, repository: home });
  const [, issues, issue] = /^(https?:\/\/.+?)\/(?:-\/)?(?:issues|work_items)\/(\d+)/i.exec(text) ?? [];
  if (issues !== undefined && issue !== undefined) return ofIssue(issue, issues, ctx);
  return ticketsIn(text).flatMap((key) => ofTicket(key, ctx));
};

const TICKET: Form = (text, ctx) => ticketsIn(text.toUpperCase()).flatMap((key) => ofTicket(key, ctx));

/** `#15`, `!15`, `15`, `group/app!15`, `acme/shop#15`. */
const NUMBER: Form = (text, ctx) => {
  const [, path, number] = /^(?:([\w.-]+(?:\/[\w.-]+)+))?[#!]?(\d{1,7})$/.exec(text) ?? [];
  if (number === undefined) return [];
  const all = ctx.services.store.commits.repositories();
  const homes = all.filter((each) =>
    path === undefined ? true : repositoryKey(each).endsWith(`/${path.toLowerCase()}`),
  );
  const wanted = ctx.repository === null ? homes : [ctx.repository];
  const changes = wanted.flatMap((repository) => ofNumber(number, { ...ctx, repository }));
  if (changes.length > 0 || text.includes("!")) return changes;
  return wanted.flatMap((repository) => ofIssue(number, repository, ctx));
};

const FORMS: readonly Form[] = [PAGE, TICKET, NUMBER, COMMIT];

/** @throws ViceError `not-found`, `input.invalid` when several are called that */
export function findSubject(text: string, ctx: Context): Subject {
  const given = text.trim();
  for (const form of FORMS) {
    const found = form(given, ctx);
    const [only, ...others] = uniqueOf(found);
    if (only === undefined) continue;
    if (others.length === 0) return only;
    const names = [only, ...others].slice(0, 5).map(sayWhich);
    throw new ViceError("input.invalid", {
      message: `"${given}" may mean several: ${names.join(", ")}.`,
      hint: "Write more of it, or its address.",
    });
  }
  throw new ViceError("not-found", {
    message: `No commit, change or ticket is known as "${given}".`,
    hint: "Write a sha, #15, group/app!15, SHOP-12 or the address of its page; commits come in with: vice data import git",
  });
}

const sayWhich = ({ kind, name, repository, shas }: Subject): string =>
  kind === "commit"
    ? (shas[0] ?? name).slice(0, 12)
    : repository === null
      ? name
      : `${repositoryKey(repository)}${name}`;

const uniqueOf = (found: readonly Subject[]): Subject[] => [
  ...new Map(found.map((each) => [`${each.kind} ${each.repository ?? ""} ${each.name}`, each])).values(),
];

const isOf =
  (repository: string) =>
  (commit: StoredCommit): boolean =>
    commit.repository === null || repositoryKey(commit.repository) === repositoryKey(repository);

/** A change is where its merge is; while it is open, where its newest commit is. */
function ofNumber(number: string, { services, nowMs, repository }: Context): Subject[] {
  const { commits } = services.store;
  const home = repository ?? "";
  const [change] = commits.work("change", `${repositoryKey(home)}#${number}`, nowMs);
  const sign = change?.source === "gitlab" || /\bgitlab\b/i.test(home) ? "!" : "#";
  const named = commits.mentioning("change", number, MOST).filter(isOf(home));
  if (change === undefined && named.length === 0) return [];
  const shas = change === undefined ? named.map(({ sha }) => sha) : shasOf(change, named);
  const title = change?.tags["title"] ?? (named[0] === undefined ? null : subjectOf(named[0]));
  return [
    {
      ...{ kind: "change", name: `${sign}${number}`, title, url: change?.url ?? null },
      ...{ activity: change?.id ?? null, repository: home, shas: [...new Set(shas)] },
    },
  ];
}

function shasOf({ tags, commitSha }: Activity, named: readonly StoredCommit[]): string[] {
  const { mergeCommitSha } = tags;
  if (mergeCommitSha !== undefined) return [mergeCommitSha];
  if (named.length > 0) return named.map(({ sha }) => sha);
  return commitSha === null ? [] : [commitSha];
}

function ofIssue(number: string, repository: string, { services, nowMs }: Context): Subject[] {
  const { commits } = services.store;
  const [ticket] = commits.work("ticket", `${repositoryKey(repository)}#${number}`, nowMs);
  const named = commits.mentioning("issue", number, MOST).filter(isOf(repository));
  if (ticket === undefined && named.length === 0) return [];
  return [
    {
      ...{
        kind: "ticket",
        name: `#${number}`,
        title: ticket?.tags["title"] ?? null,
        url: ticket?.url ?? null,
      },
      ...{ activity: ticket?.id ?? null, repository, shas: named.map(({ sha }) => sha) },
    },
  ];
}

function ofTicket(key: string, { services, nowMs }: Context): Subject[] {
  const { commits } = services.store;
  const [ticket] = commits.work("ticket", key, nowMs);
  const named = commits.mentioning("ticket", key, MOST);
  if (ticket === undefined && named.length === 0) return [];
  return [
    {
      ...{ kind: "ticket", name: key, title: ticket?.tags["title"] ?? null, url: ticket?.url ?? null },
      ...{ activity: ticket?.id ?? null, repository: null, shas: named.map(({ sha }) => sha) },
    },
  ];
}
