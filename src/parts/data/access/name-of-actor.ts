/** What people call somebody whom the log knows by an id. */
import type { Asked } from "../../../ports/asked.ts";

/** A token that was revoked is called by its id. */
export function nameOfActor({ store }: Pick<Asked, "store">, actor: string | null): string | null {
  const [, id] = /^token:(.+)$/.exec(actor ?? "") ?? [];
  if (id === undefined) return actor;
  return store.tokens.list().find((token) => token.id === id)?.name ?? actor;
}
