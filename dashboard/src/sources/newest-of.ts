/** Which instance of a tool was heard of last. Pure. */
import type { SourceItem } from "../api/types.ts";

/** @param instance only this one; empty = any, because then the payload says which one it is */
export function newestOf(items: readonly SourceItem[], source: string, instance: string): SourceItem | null {
  const heard = items.filter(
    (item) =>
      item.source === source &&
      item.lastDeliveryAt !== null &&
      (instance === "" || (item.instance ?? "").toLowerCase() === instance.toLowerCase()),
  );
  return heard.toSorted((a, b) => ((a.lastDeliveryAt ?? "") < (b.lastDeliveryAt ?? "") ? 1 : -1))[0] ?? null;
}
