/** Which reported names a rule can concern, so that not everything has to be named again. Pure. */
import type { NameRule } from "./names.ts";
import { compilePattern, type Pattern } from "./pattern.ts";

/** What a rule makes of a name, whatever else it looks at. */
interface Edge {
  patterns: readonly Pattern[];
  target: string;
}

/** A name that can come to be called so many things is taken as concerned. */
const MOST = 100;

/**
 * A superset of the names that `changed` can concern: those that it fits, and those that other rules lead to a name that it
 * fits. Environments and the like are left out of account.
 * @param rules all others
 * @returns `null` when it can concern anything
 */
export function namesConcerned(
  changed: NameRule,
  rules: readonly NameRule[],
  names: readonly string[],
): string[] | null {
  const wanted = patternsOf(changed);
  if (wanted.length === 0 || wanted.some((pattern) => pattern.test(""))) return null;
  const edges = rules.flatMap(edgeOf);
  const concerns = (name: string): boolean => {
    const reached = reach(name, edges);
    return reached === null || reached.some((each) => wanted.some((pattern) => pattern.test(each)));
  };
  return concerns("") ? null : names.filter(concerns);
}

const patternsOf = ({ match: { service, canonical } }: NameRule): Pattern[] =>
  [service, canonical].filter((pattern) => pattern !== undefined).map(compilePattern);

const edgeOf = (rule: NameRule): Edge[] =>
  rule.set.service === undefined ? [] : [{ patterns: patternsOf(rule), target: rule.set.service }];

/** A name with all that it may come to be called; `null` = that is not known. */
function reach(start: string, edges: readonly Edge[]): string[] | null {
  const found = new Set([start]);
  for (const name of found) {
    for (const edge of edges) {
      if (edge.patterns.length > 0 && !edge.patterns.some((pattern) => pattern.test(name))) continue;
      const target = filled(edge, name);
      if (target === null) return null;
      found.add(target);
    }
    if (found.size > MOST) return null;
  }
  return [...found];
}

/** `null` = its captures come from elsewhere too. */
function filled({ patterns, target }: Edge, name: string): string | null {
  if (!target.includes("$")) return target;
  const [only] = patterns;
  const captures = patterns.length === 1 ? (only?.exec(name)?.slice(1) ?? []) : [];
  const used = [...target.matchAll(/\$(\d)/g)].map(([, digit]) => Number(digit));
  if (used.some((digit) => digit > captures.length)) return null;
  return target.replace(/\$(\d)/g, (_, digit: string) => captures[Number(digit) - 1] ?? "").trim();
}
