/** Says one side of a rule in words: `service group/app, source gitlab`. Pure. */
import { exactName } from "../../../domain/names.ts";

export function sayRule(part: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(part).flatMap(([key, value]) => {
    if (value === undefined || value === null) return [];
    if (typeof value !== "object") return [`${WORDS[key] ?? key} is ${sayPattern(String(value))}`];
    return Object.entries(value).map(([name, text]) => `tag ${name} is ${String(text)}`);
  });
  return words.length === 0 ? "anything comes" : words.join(" and ");
}

/** One that fits a single name is said as that name. */
const sayPattern = (pattern: string): string => exactName(pattern) ?? pattern;

const WORDS: Readonly<Record<string, string>> = {
  service: "the service",
  canonical: "the resolved service",
  environment: "the environment",
  tier: "the tier",
  team: "the team",
  source: "the source",
  instance: "the instance",
  ref: "the ref",
  repository: "the repository",
  actor: "the actor",
  kind: "the kind",
  exclude: "it is left out because it",
};
