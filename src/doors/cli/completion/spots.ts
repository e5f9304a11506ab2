/** What can be completed where: the table that the scripts of all shells are made from. */

import type { Field } from "../fields.ts";
import { GLOBAL_FLAGS } from "../global-flags.ts";
import { isHidden, type Verb, waysOf } from "../verbs.ts";

/** Names that only the store knows; the scripts ask `vice __complete` for them. */
export type NameList = "services" | "environments" | "queries";

export interface SpotFlag {
  flag: string;
  takesValue: boolean;
  choices: readonly string[];
  names: NameList | null;
}

/** A verb with all ways to type it. */
export interface Spot {
  /** Each as one text: `viz status`. */
  ways: readonly string[];
  flags: readonly SpotFlag[];
  /** What its first argument can be. */
  argument: Pick<SpotFlag, "choices" | "names">;
}

export interface CompletionTable {
  spots: readonly Spot[];
  /** Next words behind the words typed so far: `token` -> create, list, revoke. */
  next: ReadonlyMap<string, readonly string[]>;
  globalFlags: readonly SpotFlag[];
}

const NAMES_OF: Readonly<Record<string, NameList>> = {
  service: "services",
  project: "services",
  environment: "environments",
  env: "environments",
};

export function completionTable(verbs: readonly Verb[]): CompletionTable {
  const shown = verbs.filter((verb) => !isHidden(verb));
  return {
    spots: shown.map(spotOf),
    next: nextWords(shown),
    globalFlags: GLOBAL_FLAGS.map(({ flag, value }) => ({
      flag,
      takesValue: value !== null,
      choices: [],
      names: null,
    })),
  };
}

function spotOf(verb: Verb): Spot {
  const fields = verb.fields();
  const [first] = verb.positional;
  const argument = fields.find(({ key }) => key === first?.key);
  return {
    ways: waysOf(verb).map((way) => way.join(" ")),
    flags: fields.map(flagOf),
    argument: argument === undefined ? { choices: [], names: null } : argumentOf(verb, argument),
  };
}

/** Of the verbs of saved queries the first argument is one of them. */
function argumentOf({ words }: Verb, field: Field): Spot["argument"] {
  const isQuery = words[0] === "query" && words.length > 1 && field.key === "name";
  return isQuery ? { choices: [], names: "queries" } : flagOf(field);
}

const flagOf = ({ key, flag, type, choices, fallback }: Field): SpotFlag => ({
  flag: type === "switch" && fallback === "true" ? `no-${flag}` : flag,
  takesValue: type !== "switch",
  choices,
  names: NAMES_OF[key] ?? null,
});

function nextWords(verbs: readonly Verb[]): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const way of verbs.flatMap(waysOf)) {
    for (const [at, word] of way.entries()) {
      const before = way.slice(0, at).join(" ");
      const known = next.get(before) ?? [];
      if (!known.includes(word)) next.set(before, [...known, word]);
    }
  }
  return next;
}

/** All ways in which the same flag takes the same values, for one line of a script. */
export function valueLists(table: CompletionTable): Array<{ places: string[]; flag: SpotFlag }> {
  return table.spots.flatMap(({ ways, flags }) =>
    flags
      .filter(({ choices, names }) => choices.length > 0 || names !== null)
      .map((flag) => ({ places: ways.map((way) => `${way} --${flag.flag}`), flag })),
  );
}
