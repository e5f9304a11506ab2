/** Writes commits into the log, only those that it does not know yet. */
import { type CommitsSeen, MOST_COMMITS } from "../../../domain/commits/commit.ts";
import type { NewEvent } from "../../../domain/event.ts";
import type { Services } from "../../../ports/services.ts";

interface Context {
  services: Pick<Services, "log" | "store">;
  now: () => number;
}

/** Who writes commits is one person wherever the address is the same: the same scope for all that come this way. */
const SOURCE = "/commits";

/** @returns how many were new. @throws ViceError `store.unavailable` */
export async function appendCommits({ services, now }: Context, seen: CommitsSeen): Promise<number> {
  const unknown = new Set(services.store.commits.unknown(seen.commits.map(({ sha }) => sha)));
  // What a forge compared names its commits, known or not.
  const wanted =
    seen.compared === undefined ? seen.commits.filter(({ sha }) => unknown.has(sha)) : seen.commits;
  if (wanted.length === 0 && seen.compared === undefined) return 0;
  for (let at = 0; at === 0 || at < wanted.length; at += MOST_COMMITS) {
    const event: NewEvent<"vice.commits.seen.v1"> = {
      type: "vice.commits.seen.v1",
      source: SOURCE,
      subject: null,
      time: new Date(now()).toISOString(),
      data: { ...seen, commits: wanted.slice(at, at + MOST_COMMITS) },
      actor: null,
      traceparent: null,
      delivery: null,
    };
    await services.log.append({ delivery: null, events: [event] });
  }
  return unknown.size;
}
