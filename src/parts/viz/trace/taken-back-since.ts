/** Whether what a trace brought to production is still there: who follows a wish to its end would believe that it is. */
import type { Span, TakenBackFrom, Trace } from "../../../domain/trace/span.ts";
import { ViceError } from "../../../kit/errors.ts";
import { WrittenJson } from "../../../kit/written-json.ts";
import type { Services } from "../../../ports/services.ts";
import { findSubject } from "../where/find-subject.ts";
import { placesOf } from "../where/places-of.ts";

/** Bytes: to look into bigger ones would take longer than to gather them. */
const MOST = 200_000;

/** Adds `takenBack` where something was. The answer of `vice where` for the one ticket, or the one change, of a trace. */
export function withTakenBack(
  written: WrittenJson<Trace>,
  services: Services,
  nowMs: number,
): WrittenJson<Trace> {
  if (written.bytes.length > MOST) return written;
  const takenBack = takenBackOf(written.toJSON(), services, nowMs);
  if (takenBack.length === 0) return written;
  const end = Buffer.from(`,"takenBack":${JSON.stringify(takenBack)}}`);
  return new WrittenJson(Buffer.concat([written.bytes.subarray(0, -1), end]));
}

function takenBackOf({ spans }: Trace, services: Services, nowMs: number): TakenBackFrom[] {
  const tickets = spans.filter(({ kind }) => kind === "ticket");
  const wishes = tickets.length > 0 ? tickets : spans.filter(({ kind }) => kind === "change");
  const [wish] = wishes;
  const arrived = spans.some(({ kind, status }) => kind === "deployment" && status === "succeeded");
  if (wish === undefined || wishes.length > 1 || !arrived) return [];
  return placesFor(wordFor(wish), services, nowMs)
    .filter(({ tier, state }) => tier === "production" && (state === "no-longer" || state === "taken-back"))
    .map(({ service, environment, until, takenBackBy }) => ({
      ...{ service, environment, at: until, by: takenBackBy?.name ?? null },
    }));
}

/** As `vice where` is asked: a key, an address, a number. */
const wordFor = ({ name, url }: Span): string =>
  /^[A-Z]\S*-\d+(?=\s|$)/.exec(name)?.[0] ?? url ?? name.split(" ", 1)[0] ?? "";

/** Of what nobody knows the commits nothing is said. */
function placesFor(name: string, services: Services, nowMs: number): ReturnType<typeof placesOf>["places"] {
  try {
    const subject = findSubject(name, { services, nowMs, repository: null });
    return placesOf(subject, { services, nowMs }).places;
  } catch (problem) {
    if (problem instanceof ViceError) return [];
    throw problem;
  }
}
