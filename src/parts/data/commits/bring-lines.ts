/** Brings in how many lines changed between two commits: counted by a clone on this machine, else by the forge. */
import type { Lines } from "../../../domain/commits/commit.ts";
import type { Services } from "../../../ports/services.ts";
import { sourcesOf, type WantedCommits } from "./commit-sources.ts";

interface Context {
  services: Services;
  now: () => number;
  signal: AbortSignal;
}

/** Never throws for what a source does. @returns `null` = nobody can say. @throws ViceError `store.unavailable` */
export async function bringLines(
  { services, now, signal }: Context,
  wanted: WantedCommits,
): Promise<Lines | null> {
  const { base, head, repository } = wanted;
  const known = services.store.commits.lines(base, head);
  if (known !== null) return known;
  for await (const source of sourcesOf(services, wanted)) {
    const lines = await source.lines(base, head, signal).catch(() => null);
    if (lines === null) continue;
    const event = {
      ...({ type: "vice.commits.seen.v1", source: "/commits", subject: null, actor: null } as const),
      ...{ time: new Date(now()).toISOString(), traceparent: null, delivery: null },
      data: { repository, commits: [], changed: { base, head, ...lines } },
    };
    await services.log.append({ delivery: null, events: [event] });
    return lines;
  }
  return null;
}
