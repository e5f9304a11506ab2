/** Walks a poller to its end, page after page, as the server does it; for tests. */
import type { Transition } from "../src/domain/transition.ts";
import type { Connection, Poller } from "../src/ports/source.ts";
import { plainHttp } from "./fake-api.ts";

export interface Polled {
  transitions: Transition[];
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
  const polled: Polled = { transitions: [], pages: 0, progress: [] };
  for (let at: string | null = cursor, first = true; first || at !== null; first = false) {
    const page = await poller.page(connection, since, at, plainHttp, undefined);
    polled.transitions.push(...page.transitions);
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
