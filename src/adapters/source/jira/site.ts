/** Which Jira an object belongs to, from its `self` address. */
import type { ObjectKey } from "../../../domain/transition.ts";
import { text, webHost, webUrl } from "../shaping.ts";

/** The key of an issue or sprint: Jira's own number, which survives a move to another project. */
export function keyOf(
  identityKind: "ticket" | "sprint",
  id: string | number,
  self: unknown,
  instance: string | null,
): ObjectKey {
  const externalId = text(id) ?? "0";
  return {
    identityKind,
    source: "jira",
    instance: instance ?? webHost(self) ?? "jira",
    externalId,
    attempt: 1,
  };
}

/** The page of an issue: `<base>/browse/<key>`, the base being what stands before `/rest/` in `self`. */
export function browseUrl(self: unknown, key: unknown): string | null {
  const base = webUrl(self)?.split("/rest/")[0];
  const name = text(key);
  return base === undefined || name === null ? null : webUrl(`${base}/browse/${encodeURIComponent(name)}`);
}
