/** How many services need a look, by the word of their mark. Pure. */
import type { StatusItem } from "../api/types.ts";
import { markOf } from "./cell-facts.ts";

export function countAttention(items: readonly StatusItem[]): { word: string; services: number }[] {
  const found: Record<string, Set<string | null>> = {
    failed: new Set(),
    deploying: new Set(),
    behind: new Set(),
  };
  for (const item of items) {
    found[markOf(item)?.word ?? ""]?.add(item.service);
    if (item.behind !== null && item.behind.deployments > 0) found.behind?.add(item.service);
  }
  return Object.entries(found).map(([word, services]) => ({ word, services: services.size }));
}
