/** What a column of a board means for the flow of work: waiting, being worked on, or done. Pure. */
import { foldName } from "../fold-name.ts";
import type { Step } from "../transition.ts";

export const MEANINGS = ["queue", "work", "done"] as const;
export type Meaning = (typeof MEANINGS)[number];

/** How columns are read; from `flow:` of `vice.server.yaml`. */
export interface FlowRules {
  /** Meaning by the name of a column, compared without case. */
  columns: Readonly<Record<string, Meaning>>;
  /** Labels that stand for a column, where the tracker has none: `status: *`; the `*` is the column's name. */
  labels: readonly string[];
}

/** Scoped labels of GitLab, and the prefixes that are usual on GitHub. */
export const DEFAULT_LABELS: readonly string[] = [
  "status: *",
  "status/*",
  "status::*",
  "workflow::*",
  "workflow: *",
  "state::*",
  "state: *",
];

export const DEFAULT_FLOW_RULES: FlowRules = { columns: {}, labels: DEFAULT_LABELS };

/** Names that mean the same in every tracker; a configured meaning goes before them. */
const USUAL: ReadonlyArray<readonly [RegExp, Meaning]> = [
  [/^(done|closed|released|deployed|resolved|shipped|complete(d)?|finished|canceled|cancelled)$/, "done"],
  [/^(open|new|backlog|triage|icebox|inbox|planned|accepted)$/, "queue"],
  [
    /^(to ?do|selected|queue|ready|waiting|blocked|on hold|paused|pending|awaiting|next|unstarted)\b/,
    "queue",
  ],
  [/\b(queue|backlog|waiting|blocked)$/, "queue"],
];

/**
 * @param step what the tracker says of the ticket in this column (Jira's status category); `observed` says nothing
 */
export function meaningOf(column: string, step: Step, rules: FlowRules): Meaning {
  const name = foldName(column);
  const said = Object.entries(rules.columns).find(([key]) => foldName(key) === name)?.[1];
  if (said !== undefined) return said;
  if (step === "succeeded" || step === "canceled" || step === "failed") return "done";
  const usual = USUAL.find(([pattern]) => pattern.test(name))?.[1];
  // A column that only sounds done, while the tracker says that work goes on, is worked in.
  if (usual !== undefined && !(usual === "done" && step === "running")) return usual;
  return step === "requested" || step === "queued" || step === "waiting" ? "queue" : "work";
}

/** The column that one of these labels names; the first pattern that fits wins. */
export function columnOfLabels(labels: readonly string[], patterns: readonly string[]): string | null {
  for (const pattern of patterns) {
    const at = pattern.indexOf("*");
    const [before, after] = at < 0 ? [pattern, ""] : [pattern.slice(0, at), pattern.slice(at + 1)];
    for (const label of labels) {
      const low = label.toLowerCase();
      if (at < 0) {
        if (low === before.toLowerCase()) return label;
        continue;
      }
      if (low.length <= before.length + after.length) continue;
      if (!low.startsWith(before.toLowerCase()) || !low.endsWith(after.toLowerCase())) continue;
      return label.slice(before.length, label.length - after.length).trim();
    }
  }
  return null;
}
