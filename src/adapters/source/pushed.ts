/** Commits as push hooks tell them: many spellings, one shape. */
import type { Commit, CommitsSeen, Pushed } from "../../domain/commits/commit.ts";
import { toIso } from "../../kit/time.ts";
import { earliest } from "./change-tags.ts";
import { actorOf, sha, text, webUrl } from "./shaping.ts";

const MAX_MESSAGE_CHARS = 2000;

/** Lines that only name persons (`Signed-off-by:`, `Co-authored-by:`), and addresses wherever they stand. */
const PERSONS = /^[\w-]+-by:.*(\r?\n|$)/gim;
const WORD = /<?[^\s<>"]+>?/g;
const ENDS_A_HOST = /\.[a-z]{2,}/gi;
/** As much of a message as is looked at: what persons write into it must not keep the server busy. */
const LOOKED_AT_CHARS = 4 * MAX_MESSAGE_CHARS;

/** What a hook says of one commit, in whatever form. */
export interface Told {
  sha: unknown;
  /** Left out where the hook does not tell them. */
  parents?: readonly unknown[] | null;
  committedAt?: unknown;
  authoredAt?: unknown;
  /** Name and login of the author; addresses are cut off. */
  author?: { name?: unknown; login?: unknown };
  message?: unknown;
  url?: unknown;
}

/** `Robin <robin@shop.example.com>,` is `Robin ,`. Each word is read once: one expression for it all would be read n³ times. */
function withoutAddress(word: string): string {
  if (!word.includes("@")) return word;
  const host = [...word.matchAll(ENDS_A_HOST)].at(-1);
  if (host === undefined || word.lastIndexOf("@", host.index - 2) < (word.startsWith("<") ? 2 : 1))
    return word;
  const rest = word.slice(host.index + host[0].length);
  return rest === ">" ? "" : rest;
}

function messageOf(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const told = value.slice(0, LOOKED_AT_CHARS).replace(PERSONS, "").replace(WORD, withoutAddress);
  return text(told, MAX_MESSAGE_CHARS);
}

/** @returns `null` where there is no full sha */
function commitOf(told: Told): Commit | null {
  const { commitSha } = sha(told.sha);
  if (commitSha === null) return null;
  const parents = told.parents?.flatMap((one) => sha(one).commitSha ?? []) ?? null;
  return {
    sha: commitSha,
    // A parent that cannot be read would make a wrong line of descent.
    parents: parents !== null && parents.length === told.parents?.length ? parents : null,
    committedAt: toIso(told.committedAt),
    authoredAt: toIso(told.authoredAt),
    author: actorOf(told.author?.name, told.author?.login),
    message: messageOf(told.message),
    url: webUrl(told.url),
  };
}

/** What a hook says of the push itself. */
export interface ToldPush {
  ref: unknown;
  before: unknown;
  after: unknown;
  /** Times of the commits that are new with it; `null` = nobody can say which these are. */
  newAt: readonly unknown[] | null;
}

const NOTHING = /^0+$/;

/** @returns `undefined` for tags and for a branch that was deleted */
function pushedBy({ ref, before: from, after: to, newAt }: ToldPush): Pushed | undefined {
  const branch = /^refs\/heads\/(.+)$/.exec(text(ref) ?? "")?.[1];
  const [before, after] = [text(from) ?? "", sha(to).commitSha];
  const isNew = NOTHING.test(before);
  if (branch === undefined || after === null || NOTHING.test(after)) return undefined;
  if (!isNew && sha(before).commitSha === null) return undefined;
  const times = (newAt ?? []).map(toIso);
  const isKnown = times.length > 0 && times.every((time) => time !== null);
  const firstAt = isKnown ? earliest(times) : null;
  return { branch, before: isNew ? null : sha(before).commitSha, after, firstAt };
}

/** @returns `undefined` where no commit can be named */
export function commitsSeen(
  repository: string | null,
  told: readonly Told[],
  push?: ToldPush,
): CommitsSeen | undefined {
  const commits = told.flatMap((one) => commitOf(one) ?? []);
  if (commits.length === 0) return undefined;
  const pushed = push === undefined ? undefined : pushedBy(push);
  return { repository, commits, ...(pushed === undefined ? {} : { pushed }) };
}
