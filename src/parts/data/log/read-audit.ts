/** Reads the audit list out of the log in pieces, with the names that services and persons have now. */
import type { Activity } from "../../../domain/activity.ts";
import type { Services } from "../../../ports/services.ts";
import { type AuditRow, type Known, place } from "./audit-row.ts";
import { auditRow, needsKnown } from "./audit-rows.ts";

const CHUNK = 1000;
const MOST_SEEN = 5000;

export interface AuditSpan {
  fromMs: number;
  /** Exclusive. */
  untilMs: number;
  /** Only what comes after this place in the log. */
  after: number;
}

/** Oldest first, in chunks; lets others work in between. Forgotten persons are pseudonyms. */
export async function* readAudit(
  store: Services["store"],
  span: AuditSpan,
  nowMs: number,
): AsyncGenerator<AuditRow[]> {
  const knownOf = knownNow(store, nowMs);
  let after = span.after;
  for (;;) {
    const events = store.log.events(after, CHUNK);
    const last = events.at(-1);
    if (last === undefined) return;
    after = last.seq;
    const rows = events.flatMap((event) => {
      const atMs = Date.parse(event.time);
      if (atMs < span.fromMs || atMs >= span.untilMs) return [];
      return auditRow(event, needsKnown(event) ? knownOf(event.subject ?? "") : null) ?? [];
    });
    if (rows.length > 0) yield rows;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function knownNow(store: Services["store"], nowMs: number): (id: string) => Known | null {
  const seen = new Map<string, Known | null>();
  return (id) => {
    const cached = seen.get(id);
    if (cached !== undefined) return cached;
    if (seen.size >= MOST_SEEN) seen.clear();
    const activity = store.read.activity(id, nowMs);
    const known = activity === null ? null : whatIsKnown(activity);
    seen.set(id, known);
    return known;
  };
}

const whatIsKnown = ({
  kind,
  actor,
  service,
  environment,
  deploymentKind,
  version,
  commitSha,
}: Activity): Known => ({
  kind,
  who: actor?.login ?? actor?.name ?? null,
  where: place(service, environment),
  what: deploymentKind,
  version: version ?? commitSha,
});
