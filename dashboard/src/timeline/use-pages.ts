/** Reads the keyset pages that are on the screen, forgets those that are far away, and follows live changes. */
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { get } from "../api/client.ts";
import { onChanges } from "../api/live.ts";
import type { Activity, ActivityChange, Page } from "../api/types.ts";
import type { Filters } from "./filters.ts";
import { baseOf, pageQuery } from "./page-query.ts";
import { FIRST, type KnownPage, pagesFor, withPage } from "./paging.ts";
import { useRenewal } from "./use-renewal.ts";

export interface Pages {
  pages: readonly KnownPage[];
  rowAt: (index: number) => Activity | null;
  error: Error | null;
  retry: () => void;
  pending: boolean;
  /** Changes that arrived while the reader was further down. */
  waiting: number;
  renew: () => void;
}

export function usePages(path: string, filters: Filters, range: [number, number], atTop: boolean): Pages {
  const base = baseOf(path, filters);
  const [known, setKnown] = useState({ base, epoch: 0, pages: FIRST });
  const current = known.base === base ? known : { base, epoch: known.epoch, pages: FIRST };
  const wanted = pagesFor(current.pages, range[0], range[1]);

  const read = useQueries({
    queries: wanted.map((at) => pageQuery(base, current.pages[at]?.cursor ?? null, current.epoch)),
  });

  let pages = current.pages;
  wanted.forEach((at, index) => {
    const data = read[index]?.data;
    if (data !== undefined) pages = withPage(pages, at, data.items.length, data.next);
  });
  useEffect(() => {
    if (pages !== known.pages) setKnown({ base, epoch: current.epoch, pages });
  }, [pages, known.pages, base, current.epoch]);

  const renewal = useRenewal(base, current.epoch, range[1], (epoch, renewed) =>
    setKnown((now) => (now.base === base && now.epoch >= epoch ? now : { base, epoch, pages: renewed })),
  );
  const live = useLiveRows(base, atTop, renewal.renew, current.epoch);
  const failed = read.find(({ error }) => error !== null);
  return {
    pages,
    rowAt: (index) => rowIn(pages, wanted, read, index),
    error: failed?.error ?? renewal.error,
    retry: () => (failed === undefined ? renewal.renew() : void failed.refetch()),
    pending: pages[0]?.count === null,
    waiting: live,
    renew: renewal.renew,
  };
}

function rowIn(
  pages: readonly KnownPage[],
  wanted: readonly number[],
  read: readonly { data: Page<Activity> | undefined }[],
  index: number,
): Activity | null {
  for (const [slot, at] of wanted.entries()) {
    const page = pages[at];
    const data = read[slot]?.data;
    if (page === undefined || data === undefined) continue;
    const row = data.items[index - page.start];
    if (index >= page.start && row !== undefined) return row;
  }
  return null;
}

/** At the top the newest page is read again; further down rows change in place and new ones are only counted. */
function useLiveRows(base: string, atTop: boolean, renew: () => void, epoch: number): number {
  const client = useQueryClient();
  const [unseen, setUnseen] = useState({ epoch, ids: new Set<string>() });
  const ids = unseen.epoch === epoch ? unseen.ids : new Set<string>();
  useEffect(
    () =>
      onChanges((changes: readonly ActivityChange[]) => {
        if (atTop) return renew();
        const cached = client.getQueriesData<Page<Activity>>({ queryKey: ["page", base] });
        const here = new Set(cached.flatMap(([, page]) => page?.items.map(({ id }) => id) ?? []));
        for (const { id } of changes) if (here.has(id)) void patchRow(client, base, id);
        const fresh = changes.filter(({ id, kind }) => !here.has(id) && kind === "deployment");
        if (fresh.length === 0) return;
        setUnseen((before) => ({
          epoch,
          ids: new Set([...(before.epoch === epoch ? before.ids : []), ...fresh.map(({ id }) => id)]),
        }));
      }),
    [client, base, atTop, renew, epoch],
  );
  return ids.size;
}

async function patchRow(client: ReturnType<typeof useQueryClient>, base: string, id: string): Promise<void> {
  const row = await get<Activity>(`/v1/activities/${encodeURIComponent(id)}`).catch(() => null);
  if (row === null) return;
  client.setQueriesData<Page<Activity>>({ queryKey: ["page", base] }, (page) =>
    page === undefined ? page : { ...page, items: page.items.map((one) => (one.id === id ? row : one)) },
  );
}
