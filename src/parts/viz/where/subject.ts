/** What `vice where` can be asked for, and the commits that a commit, a change or a ticket stands for. */
import type { Activity } from "../../../domain/activity.ts";
import { changesTakenBack, isRevert } from "../../../domain/commits/taking-back.ts";
import { repositoryKey } from "../../../domain/trace/references.ts";
import type { StoredCommit } from "../../../ports/commits.ts";
import type { LastingKind } from "../../../ports/flow.ts";
import type { Services } from "../../../ports/services.ts";

/** A commit that has to be there, and of which repository it is, where that is known. */
export interface Part {
  sha: string;
  repository: string | null;
}

export interface Subject {
  kind: "commit" | "change" | "ticket";
  /** `279484c0`, `#15`, `SHOP-12`. */
  name: string;
  title: string | null;
  url: string | null;
  /** Where a tool told of it. */
  activity: string | null;
  repository: string | null;
  /** All of one repository have to be in an environment of it. */
  parts: readonly Part[];
}

export interface Context {
  services: Services;
  nowMs: number;
  repository: string | null;
}

/** Commits of one ticket that are looked at. */
const MOST = 200;

const subjectOf = (commit: StoredCommit): string | null => commit.message?.split("\n", 1)[0] ?? null;

const partOf = ({ sha, repository }: StoredCommit): Part => ({ sha, repository });

const uniqueParts = (parts: readonly Part[]): Part[] => [
  ...new Map(parts.map((part) => [part.sha, part])).values(),
];

const isSame = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : repositoryKey(a) === repositoryKey(b);

const isOf =
  (repository: string | null) =>
  (commit: StoredCommit): boolean =>
    repository === null || commit.repository === null || isSame(commit.repository, repository);

/** By the start of a sha: commits that came in, and those that a change, a build or a deployment carries. */
export function ofCommit(hex: string, { services, nowMs }: Context): Subject[] {
  const { commits } = services.store;
  const bare = { kind: "commit" as const, activity: null };
  const found = commits.find(hex, MOST).map((commit) => ({
    ...{ ...bare, name: commit.sha.slice(0, 8), title: subjectOf(commit), url: commit.url },
    ...{ repository: commit.repository, parts: [partOf(commit)] },
  }));
  const known = new Set(found.flatMap(({ parts }) => parts.map(({ sha }) => sha)));
  const told = commits
    .onCommit(hex, MOST, nowMs)
    .filter(({ sha }) => !known.has(sha))
    .map(({ sha, activity: { repository, kind, tags } }) => ({
      ...{ ...bare, name: sha.slice(0, 8), url: null, repository, parts: [{ sha, repository }] },
      title: kind === "change" ? (tags["title"] ?? null) : null,
    }));
  const whole = hex.length === 40 || hex.length === 64;
  if (found.length + told.length > 0 || !whole) return [...found, ...told];
  const parts = [{ sha: hex, repository: null }];
  return [{ ...bare, name: hex.slice(0, 8), title: null, url: null, repository: null, parts }];
}

/** What tools told of under a number or an address, whatever repository it is of. */
export const told = (kind: LastingKind, name: string, { services, nowMs }: Context): Activity[] =>
  services.store.flows.named(kind, name).flatMap((id) => services.store.read.activity(id, nowMs) ?? []);

const toldIn = (
  kind: "change" | "ticket",
  number: string,
  repository: string | null,
  ctx: Context,
): Activity | undefined =>
  repository === null
    ? told(kind, number, ctx).find((each) => each.repository === null)
    : ctx.services.store.commits.work(kind, `${repositoryKey(repository)}#${number}`, ctx.nowMs)[0];

/** @param repository `null` = a tool told of it without one */
export function ofNumber(number: string, repository: string | null, ctx: Context): Subject[] {
  const change = toldIn("change", number, repository, ctx);
  const named =
    repository === null
      ? []
      : ctx.services.store.commits
          .mentioning("change", number, MOST)
          .filter(isOf(repository))
          .filter(
            ({ message }) => !changesTakenBack(message ?? "").some((name) => name.endsWith(`!${number}`)),
          );
  if (change === undefined && named.length === 0) return [];
  const sign = signOf(change, repository);
  const title = change?.tags["title"] ?? (named[0] === undefined ? null : subjectOf(named[0]));
  const parts = change === undefined ? named.map(partOf) : partsOf(change, named);
  return [
    {
      ...{ kind: "change", name: `${sign}${number}`, title, url: change?.url ?? null },
      ...{ activity: change?.id ?? null, repository, parts: uniqueParts(parts) },
    },
  ];
}

/** GitLab writes a merge request with a `!`. */
export const signOf = (change: Activity | undefined, repository: string | null): "!" | "#" =>
  change?.source === "gitlab" || /\bgitlab\b/i.test(repository ?? "") ? "!" : "#";

/** A change is where its merge is; while it is open, where its newest commit is. */
function partsOf({ tags, commitSha, repository }: Activity, named: readonly StoredCommit[]): Part[] {
  const { mergeCommitSha } = tags;
  if (mergeCommitSha !== undefined) return [{ sha: mergeCommitSha, repository }];
  if (named.length > 0) return named.map(partOf);
  return commitSha === null ? [] : [{ sha: commitSha, repository }];
}

export function ofIssue(number: string, repository: string | null, ctx: Context): Subject[] {
  const ticket = toldIn("ticket", number, repository, ctx);
  const named =
    repository === null
      ? []
      : ctx.services.store.commits.mentioning("issue", number, MOST).filter(isOf(repository));
  const key = repository === null ? null : `${repositoryKey(repository)}#${number}`;
  return ticketWith(`#${number}`, key, { ticket, named, repository }, ctx);
}

export function ofTicket(key: string, ctx: Context): Subject[] {
  const { commits } = ctx.services.store;
  const [ticket] = commits.work("ticket", key, ctx.nowMs);
  const named = commits.mentioning("ticket", key, MOST);
  return ticketWith(key, key, { ticket, named, repository: null }, ctx);
}

/** A ticket is where the changes made for it and the commits that name it are. */
function ticketWith(
  name: string,
  key: string | null,
  found: { ticket: Activity | undefined; named: readonly StoredCommit[]; repository: string | null },
  ctx: Context,
): Subject[] {
  const { ticket, repository } = found;
  const told = changesFor(key, ticket, ctx);
  const planned = told.filter(({ tags }) => tags["revert"] !== "true");
  const own = found.named.filter(({ message }) => !isRevert(message));
  // What takes work back names it too, and is no part of it; unless there is nothing else.
  const isPlain = planned.length + own.length > 0;
  const [changes, named] = isPlain ? [planned, own] : [told, found.named];
  if (ticket === undefined && named.length === 0 && changes.length === 0) return [];
  const merges = changes.flatMap((change) => partsOf(change, []));
  const alone = named.filter(({ sha }) => !changes.some((change) => isMergedWith(change, sha, ctx)));
  const parts = uniqueParts([...merges, ...alone.map(partOf)]);
  return [
    {
      ...{ kind: "ticket", name, title: ticket?.tags["title"] ?? null, url: ticket?.url ?? null },
      ...{ activity: ticket?.id ?? null, repository, parts },
    },
  ];
}

/** Commits of a branch that was squashed or rebased never get anywhere themselves: the merge stands for them. */
function isMergedWith({ tags, commitSha }: Activity, sha: string, { services }: Context): boolean {
  if (tags["mergeCommitSha"] === undefined || commitSha === null) return false;
  const found = services.store.commits.isIn(commitSha, sha);
  return found.known && found.reaches;
}

const GIVEN_UP: ReadonlySet<string | null> = new Set(["canceled", "failed"]);

/** Changes that are linked with it or speak of it, without those that were closed unmerged. */
function changesFor(
  key: string | null,
  ticket: Activity | undefined,
  { services, nowMs }: Context,
): Activity[] {
  const { commits, traces } = services.store;
  const { effects, cut } = ticket === undefined ? { effects: [], cut: [] } : traces.links(ticket.id, nowMs);
  const apart = new Set(cut.map(({ to }) => to));
  const speaking = key === null ? [] : commits.carrying(`ticket ${key}`, nowMs);
  const all = [...effects.map(({ activity }) => activity), ...speaking];
  return all.filter(({ kind, status, id }) => kind === "change" && !GIVEN_UP.has(status) && !apart.has(id));
}
