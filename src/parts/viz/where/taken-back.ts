/** Whether something that stands at a commit was taken back there: a revert of it is in there too, and holds. */
import type { Activity } from "../../../domain/activity.ts";
import { changesTakenBack } from "../../../domain/commits/taking-back.ts";
import { repositoryKey } from "../../../domain/trace/references.ts";
import { isHome, saidNumber } from "../../../domain/trace/said-number.ts";
import type { StoredCommit } from "../../../ports/commits.ts";
import type { Services } from "../../../ports/services.ts";
import { signOf } from "./subject.ts";

/** What took something back. */
export interface Taker {
  /** The change `#651`, else the start of the commit's sha. */
  name: string;
  sha: string;
  /** The change as a tool told of it. */
  activity: string | null;
  url: string | null;
}

interface Context {
  services: Services;
  nowMs: number;
}

/** A revert may be reverted, and that one too. */
const DEEPEST = 5;
const MOST = 50;

/** Remembers which commits take back which, so that many places are judged by one look. */
export class TakenBack {
  readonly #ctx: Context;
  readonly #takers = new Map<string, StoredCommit[]>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** @returns the newest revert of `sha` that stands at `head` and was not reverted itself; `null` = none is known */
  at(head: string, sha: string): StoredCommit | null {
    return this.#at(head, sha, 0);
  }

  name({ sha, mentions, url, repository }: StoredCommit): Taker {
    const change = this.#changeOf(sha);
    const number = change?.tags["number"] ?? mentions.changes[0];
    const sign = number?.includes("!") ? "" : signOf(change, repository);
    return {
      name: number === undefined ? sha.slice(0, 8) : `${sign}${number}`,
      sha,
      activity: change?.id ?? null,
      url: change?.url ?? url,
    };
  }

  #at(head: string, sha: string, depth: number): StoredCommit | null {
    if (depth > DEEPEST) return null;
    const holds = (taker: StoredCommit): boolean =>
      this.#isIn(head, taker.sha) && this.#at(head, taker.sha, depth + 1) === null;
    return this.#takersOf(sha).find(holds) ?? null;
  }

  #isIn(head: string, sha: string): boolean {
    const found = this.#ctx.services.store.commits.isIn(head, sha);
    return found.known && found.reaches;
  }

  #takersOf(sha: string): StoredCommit[] {
    const known = this.#takers.get(sha);
    if (known !== undefined) return known;
    const found = [...this.#ctx.services.store.commits.takingBack(sha), ...this.#byNumber(sha)];
    const unique = [...new Map(found.map((each) => [each.sha, each])).values()];
    const others = unique.filter((each) => each.sha !== sha);
    this.#takers.set(sha, others);
    return others;
  }

  /** Commits that take back the change that was merged as this one. */
  #byNumber(sha: string): StoredCommit[] {
    const { commits } = this.#ctx.services.store;
    const change = this.#changeOf(sha);
    const commit = commits.get(sha);
    const repository = commit?.repository ?? change?.repository ?? null;
    const numbers = [...(commit?.mentions.changes ?? []), change?.tags["number"] ?? []].flat();
    return [...new Set(numbers.map((each) => each.replace(/^.*[#!]/, "")))].flatMap((number) =>
      this.#naming(number, repository).filter((each) => takesBack(each, number, repository)),
    );
  }

  #naming(number: string, repository: string | null): StoredCommit[] {
    const { commits } = this.#ctx.services.store;
    // As a message writes it: with its capitals.
    const path = repository?.replace(/^[a-z]+:\/\/[^/]+\//i, "").replace(/(?:\.git)?\/?$/, "");
    return ["", ...(path === undefined ? [] : [path])].flatMap((home) => [
      ...commits.mentioning("issue", home === "" ? number : `${home}#${number}`, MOST),
      ...commits.mentioning("change", home === "" ? number : `${home}!${number}`, MOST),
    ]);
  }

  /** The merged one first. */
  #changeOf(sha: string): Activity | undefined {
    const found = this.#ctx.services.store.commits.changesOn(sha, this.#ctx.nowMs);
    return found.find(({ tags }) => tags["mergeCommitSha"] === sha) ?? found[0];
  }
}

function takesBack({ message, repository: home }: StoredCommit, number: string, of: string | null): boolean {
  if (home !== null && of !== null && repositoryKey(home) !== repositoryKey(of)) return false;
  return changesTakenBack(message ?? "").some((name) => {
    const said = saidNumber(name);
    return said !== null && said.number === number && isHome(said.path, of);
  });
}
