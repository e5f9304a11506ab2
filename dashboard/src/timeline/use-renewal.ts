/** Reads the timeline anew from its top while the former rows stay on the screen. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { pageQuery } from "./page-query.ts";
import { FIRST, type KnownPage, withPage } from "./paging.ts";

interface Renewal {
  renew: () => void;
  /** Why the last one failed; the former rows stay all the same. */
  error: Error | null;
}

type Show = (epoch: number, pages: readonly KnownPage[]) => void;

/**
 * @param lastRow index of the last row on the screen: so far is read before anything is shown
 * @param show gets the pages that were read, as a whole
 */
export function useRenewal(base: string, epoch: number, lastRow: number, show: Show): Renewal {
  const client = useQueryClient();
  const [error, setError] = useState<Error | null>(null);
  const last = useRef(epoch);
  const now = useRef({ lastRow, show });
  now.current = { lastRow, show };
  const renew = useCallback(() => {
    last.current = Math.max(last.current, epoch) + 1;
    const next = last.current;
    readFromTop(client, base, next, () => now.current.lastRow).then((pages) => {
      setError(null);
      now.current.show(next, pages);
    }, setError);
  }, [client, base, epoch]);
  return { renew, error };
}

/** With filters pages may be short, so that a screen needs several of them. */
async function readFromTop(
  client: QueryClient,
  base: string,
  epoch: number,
  lastRow: () => number,
): Promise<readonly KnownPage[]> {
  let pages = FIRST;
  let page = pages[0];
  for (let at = 0; page !== undefined && page.start <= lastRow(); page = pages[at]) {
    const data = await client.fetchQuery(pageQuery(base, page.cursor, epoch));
    pages = withPage(pages, at, data.items.length, data.next);
    at += 1;
  }
  return pages;
}
