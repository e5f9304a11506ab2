/** Tags that tell what sort of change it is: a revert, a hotfix, and how much there was of it. */
import { ticketsIn } from "../../domain/commits/mentions.ts";
import { text } from "./shaping.ts";

export interface ChangeText {
  title?: unknown;
  /** Its description. */
  body?: unknown;
  /** Its branch. */
  ref?: unknown;
  /** Names of its labels. */
  labels?: readonly (string | null)[];
}

/** `Revert "..."` is the title that GitHub, GitLab, Bitbucket and `git revert` give by themselves. */
const REVERT_TITLE = /^revert(:? |: ?)["“]|^revert[:(!]/i;
/** `This reverts commit <sha>.` (git), `Reverts owner/name#12` (GitHub), `This reverts merge request !12` (GitLab). */
const REVERTED = [
  /\bthis reverts commit ([0-9a-f]{7,64})\b/i,
  /\breverts (?:[\w.-]+\/[\w.-]+)?(#\d+)\b/i,
  /\breverts merge request (?:[\w./-]+)?(!\d+)\b/i,
];
const HOTFIX_LABEL = /^(?:.*[:/ ])?hot[-_ ]?fix$/i;
const HOTFIX_REF = /^hot[-_]?fix(?:es)?[-_/]/i;

function revertedIn(body: unknown): string | null {
  const told = text(body, 20_000) ?? "";
  for (const pattern of REVERTED) {
    const found = pattern.exec(told)?.[1];
    if (found !== undefined) return found.toLowerCase();
  }
  return null;
}

/** Words before a number that say what it is for (GitHub docs "Linking a pull request to an issue", GitLab docs "Crosslinking issues"). */
const FOR =
  "(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?|refs?|references|relates? to|related to|part of|issues?|tickets?)";
const NUMBERED = new RegExp(
  String.raw`\b${FOR}:?\s+((?:(?:[\w.-]+/[\w.-]+)?#\d{1,7}(?:\s*(?:,|and)\s*)?)+)`,
  "gi",
);
const MOST_MENTIONED = 20;

/** Tickets that a description is for: keys anywhere, numbers where a word says so; others are only spoken of. */
function mentionedIn(body: unknown): string | null {
  const told = text(body, 20_000) ?? "";
  const numbers = [...told.matchAll(NUMBERED)].flatMap(([, list = ""]) => list.match(/[\w./-]*#\d+/g) ?? []);
  const found = [...new Set([...ticketsIn(told), ...numbers])].slice(0, MOST_MENTIONED);
  return found.length === 0 ? null : found.join(" ");
}

/** `revert`, `reverts`, `hotfix` and `mentions`; `null` = the change does not say so. */
export function changeTags({ title, body, ref, labels = [] }: ChangeText): Record<string, string | null> {
  const reverts = revertedIn(body);
  const isRevert = reverts !== null || REVERT_TITLE.test(text(title) ?? "");
  const isHotfix = HOTFIX_REF.test(text(ref) ?? "") || labels.some((label) => HOTFIX_LABEL.test(label ?? ""));
  return {
    revert: isRevert ? "true" : null,
    reverts,
    hotfix: isHotfix ? "true" : null,
    mentions: mentionedIn(body),
  };
}

/** The earliest of some times (ISO 8601); `null` where none is known. */
export function earliest(times: readonly (string | null)[]): string | null {
  const known = times.filter((time): time is string => time !== null);
  return known.length === 0 ? null : known.reduce((a, b) => (b < a ? b : a));
}
