/** Targets by kind. */
import type { TargetAdapter, Targets } from "../../ports/target.ts";

/** Calls are read by the schema of the adapter before they come here, so that each gets its own. */
export const anyTarget = <Spec>(adapter: TargetAdapter<Spec>): TargetAdapter => adapter as TargetAdapter;

export function targetsOf(adapters: readonly TargetAdapter[]): Targets {
  const byKind = new Map(adapters.map((adapter) => [adapter.kind, adapter]));
  return { kinds: () => [...byKind.keys()], get: (kind) => byKind.get(kind) ?? null };
}
