/** Walks a poller to its end, page after page, as the server does it; for tests. */
import { type Row, rowsFrom, storedOf } from "../src/conformance/folding.ts";
import type { Commit } from "../src/domain/commits/commit.ts";
import type { Transition } from "../src/domain/transition.ts";
import type { Connection, Poller } from "../src/ports/source.ts";
import { plainHttp } from "./fake-api.ts";

export interface Polled {
  transitions: Transition[];
  commits: Commit[];
  pages: number;
  /** Progress after each page. */
  progress: number[];
}

/** @param cursor where to go on; the walk is stopped as endless after 200 pages */
export async function pollAll(
  poller: Poller,
  connection: Connection,
  since: string,
  cursor: string | null = null,
): Promise<Polled> {
  const polled: Polled = { transitions: [], commits: [], pages: 0, progress: [] };
  for (let at: string | null = cursor, first = true; first || at !== null; first = false) {
    const page = await poller.page(connection, since, at, plainHttp, undefined);
    polled.transitions.push(...page.transitions);
    polled.commits.push(...(page.commits?.commits ?? []));
    polled.progress.push(page.progress);
    polled.pages += 1;
    if (polled.pages > 200) throw new Error("the walk does not end");
    at = page.cursor;
  }
  return polled;
}

/** What webhook and poller must agree on: which thing, which step, when. */
export const essence = ({ object, step, at }: Transition): string =>
  `${object.identityKind} ${object.instance} ${object.externalId}#${object.attempt} ${step} ${at}`;

/** The rows that transitions make, as the store would show them. */
export const rowsOfAll = (transitions: readonly Transition[]): Row[] =>
  rowsFrom(transitions.map((one) => [one, storedOf(one, "2026-11-20T12:00:00.000Z")] as const));
