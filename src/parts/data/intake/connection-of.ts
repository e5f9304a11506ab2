/** From a configured instance to the connection that adapters read through. */
import type { SourceInstance } from "../../../ports/services.ts";
import type { Connection } from "../../../ports/source.ts";

/** @returns `null` when nothing is configured to read from; `host` is the host name that may be private */
export function connectionOf({
  instance,
  poll,
}: SourceInstance): (Connection & { host: string | null }) | null {
  if (poll === null) return null;
  const { url, token, only } = poll;
  const host = URL.canParse(url) ? new URL(url).hostname : null;
  return { url, token, only, instance: instance ?? "", host };
}
