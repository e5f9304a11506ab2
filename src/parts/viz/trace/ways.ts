/** Which ways lead from one activity to another, before somebody makes a link and after somebody cut one. */
import type { Activity } from "../../../domain/activity.ts";
import { fitsInTime, wentOf } from "../../../domain/trace/join.ts";
import { nameOf } from "../../../domain/trace/name-of.ts";
import type { Span, Trace } from "../../../domain/trace/span.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import { shortId } from "../say.ts";

interface Ends {
  from: Activity;
  to: Activity;
}

/** A link that leads from one end to what the other one belongs to. */
export interface Way {
  id: string;
  name: string;
  reason: string;
}

/**
 * A cause comes before its effect, and nothing is the cause of itself.
 * @throws ViceError `input.invalid` when the link would go back in time or close a circle
 */
export function refuseWrongWay({ from, to }: Ends, { store }: Services, nowMs: number): void {
  const turned = `Say it the other way round: vice trace link ${shortId(to.id)} ${shortId(from.id)} --reason "..."`;
  if (!fitsInTime(wentOf(from), wentOf(to), "said"))
    throw new ViceError("input.invalid", {
      message: `${nameOf(from)} began ${from.startedAt ?? from.occurredAt}, after ${nameOf(to)} had ended (${to.finishedAt}), so it cannot have led to it. Nothing was changed.`,
      hint: turned,
    });
  const way = wayBetween(store.traces.trace(to.id, nowMs), to.id, from.id);
  if (way === null) return;
  throw new ViceError("input.invalid", {
    message: `The link would close a circle: ${way.map(({ name }) => name).join(" led to ")} already. Nothing was changed.`,
    hint: `Cut a link of it that is wrong first: vice trace unlink ${way
      .slice(0, 2)
      .map(({ id }) => shortId(id))
      .join(" ")} --reason "..."`,
  });
}

/** The shortest way from cause to effect; `null` = none. */
function wayBetween({ spans }: Trace, from: string, to: string): Span[] | null {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const cameFrom = new Map<string, string | null>([[from, null]]);
  for (const id of cameFrom.keys()) {
    if (id === to) break;
    for (const next of byId.get(id)?.links ?? []) if (!cameFrom.has(next.to)) cameFrom.set(next.to, id);
  }
  if (!cameFrom.has(to)) return null;
  const way: Span[] = [];
  for (let id: string | null = to; id !== null; id = cameFrom.get(id) ?? null) {
    const span = byId.get(id);
    if (span !== undefined) way.unshift(span);
  }
  return way;
}

/** What still leads from `from` to `to`, or to what belongs to `to`, when the link between the two is cut. */
export function waysLeft({ from, to }: Ends, { store }: Services, nowMs: number): Way[] {
  const about = new Set(store.traces.trace(to.id, nowMs).spans.map(({ id }) => id));
  return store.traces
    .links(from.id, nowMs)
    .effects.filter(({ activity: { id } }) => about.has(id))
    .map(({ activity, link }) => ({ id: activity.id, name: nameOf(activity), reason: link.words }));
}
