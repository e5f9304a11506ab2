/** How many commits and lines a deployment brings: exactly where they are known, else each one that was built or deployed is at least one. */
import type { Activity, Kind } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import type { Facts, Question } from "../../../domain/rules/facts.ts";
import type { RuleContext } from "./rule-context.ts";

/** So many of the newest activities of a service are looked at. */
const LOOKED_AT = 300;
const TELLING: ReadonlySet<Kind> = new Set(["build", "pipeline", "deployment"]);

interface Seen {
  ms: number;
  refs: Set<string>;
}

/** @returns `null` = what runs there, or what is to run there, is not known */
export function countCommits(ctx: RuleContext, question: Question): Facts["counted"] {
  const ends = endsOf(ctx, question);
  if (ends === null || ends === "same") return ends === null ? null : { atLeast: 0, exact: true };
  const { base, head, all } = ends;
  const counted = ctx.services.store.commits.count(base, head);
  if (counted !== null) return { atLeast: counted, exact: true };
  return { atLeast: between(firstSeen(all), base, head), exact: false };
}

/** Added and deleted together. @returns `null` = nobody counted them, or what runs there or is to run there is not known */
export function countLines(ctx: RuleContext, question: Question): number | null {
  const ends = endsOf(ctx, question);
  if (ends === null || ends === "same") return ends === null ? null : 0;
  const lines = ctx.services.store.commits.lines(ends.base, ends.head);
  return lines === null ? null : lines.added + lines.deleted;
}

interface Ends {
  base: string;
  head: string;
  all: readonly Activity[];
}

/** The commit that runs there and the one that is to; `same` = nothing changes. */
function endsOf({ services, now }: RuleContext, question: Question): Ends | "same" | null {
  const { service, environment, version, commitSha } = question;
  const running = services.store.read
    .status({ service, environment, ephemeral: true }, now())
    .find((item) => item.running !== null)?.running;
  if (!running) return null;
  if (version !== null && version === running.version) return "same";
  const all = services.store.read.activities({ service }, LOOKED_AT, null, now()).items;
  const head =
    commitSha ??
    (version === null ? null : (all.find((each) => each.version === version)?.commitSha ?? null));
  if (running.commitSha === null || head === null) return null;
  return running.commitSha === head ? "same" : { base: running.commitSha, head, all };
}

/** Commits of the branch of the newer one that came after the older one, itself included. */
function between(seen: ReadonlyMap<string, Seen>, older: string, newer: string): number {
  const [from, to] = [seen.get(older), seen.get(newer)];
  if (from === undefined || to === undefined || to.ms <= from.ms) return 1;
  const after = [...seen.values()].filter(
    ({ ms, refs }) => ms > from.ms && ms <= to.ms && [...refs].some((ref) => to.refs.has(ref)),
  );
  return Math.max(1, after.length);
}

function firstSeen(activities: readonly Activity[]): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const { kind, commitSha, ref, occurredAt, startedAt } of activities) {
    if (commitSha === null || ref === null || !TELLING.has(kind)) continue;
    const ms = Date.parse(startedAt ?? occurredAt);
    const known = seen.get(commitSha);
    const refs = (known?.refs ?? new Set<string>()).add(foldName(ref.replace(/^refs\/heads\//, "")));
    seen.set(commitSha, { ms: Math.min(ms, known?.ms ?? ms), refs });
  }
  return seen;
}
