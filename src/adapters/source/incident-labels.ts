/** Tickets that are incidents: told apart by a label, or by the type that the tracker gives them. */
import { z } from "zod";
import type { Transition } from "../../domain/transition.ts";
import { activityId } from "../../kit/ids.ts";
import { text } from "./shaping.ts";

/** `sources.<name>.options` of trackers: `incidentLabels: []` makes no ticket an incident. */
export const trackerOptions = z.strictObject({
  /** Labels or types that make a ticket an incident, without regard to case. */
  incidentLabels: z.array(z.string().min(1)).default(["incident"]),
});

const SEVERITY = /^sev(?:erity)?[-:/_ ]*(\w+)$/i;

const wordsOf = ({ facts: { tags } }: Transition): string[] =>
  [...(tags?.["labels"] ?? "").split(","), tags?.["type"] ?? ""].map((word) => word.trim()).filter(Boolean);

/** `severity` of a label like `sev1` or `severity: high`. */
function withSeverity(transition: Transition): Record<string, string> {
  const tags = transition.facts.tags ?? {};
  const told = wordsOf(transition).flatMap((word) => SEVERITY.exec(word)?.[1] ?? []);
  const severity = tags["severity"] ?? told[0] ?? tags["priority"];
  return severity === undefined ? tags : { ...tags, severity };
}

/** An incident is going on from the moment that somebody says so; a ticket only stands there. */
function asIncident(transition: Transition): Transition {
  const { step, facts } = transition;
  return {
    ...transition,
    step: step === "requested" ? "running" : step,
    facts: { ...facts, kind: "incident", ...(facts.tags ? { tags: withSeverity(transition) } : {}) },
  };
}

/** A label was taken away: what was an incident before is a ticket again, whatever step it has reached. */
function backToTicket(transitions: readonly Transition[]): Transition[] {
  const last = transitions.at(-1);
  if (last === undefined || last.facts.kind !== "ticket") return [...transitions];
  return [...transitions, { ...last, step: "observed" }];
}

/**
 * Turns the tickets with one of these labels into incidents, with all that is told of them; they keep their ids.
 * @param options of the source, as they were checked, or nothing
 * @param labelsChanged the delivery says that labels came or went
 */
export function markIncidents(
  transitions: readonly Transition[],
  options: unknown,
  labelsChanged = false,
): Transition[] {
  const { incidentLabels } = trackerOptions.safeParse(options ?? {}).data ?? trackerOptions.parse({});
  const wanted = new Set(incidentLabels.map((label) => label.toLowerCase()));
  const incidents = new Set(
    transitions
      .filter(
        (one) => one.facts.kind === "ticket" && wordsOf(one).some((word) => wanted.has(word.toLowerCase())),
      )
      .map(({ object }) => activityId(object)),
  );
  if (incidents.size === 0) return labelsChanged ? backToTicket(transitions) : [...transitions];
  return transitions.map((one) => (incidents.has(activityId(one.object)) ? asIncident(one) : one));
}

/** The only one of some names; `null` for none and for several. */
export const onlyName = (parts: ReadonlyArray<{ name?: unknown } | null | undefined> | null | undefined) =>
  parts?.length === 1 ? text(parts[0]?.name) : null;
