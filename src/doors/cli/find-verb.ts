/** Finds the verb that a command line means, and says what else it may have meant. */
import { PARTS } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import { globalFlagOf, widthOf } from "./global-flags.ts";
import { PLANNED } from "./planned-words.ts";
import { isHidden, partNamed, type Verb, waysOf } from "./verbs.ts";

export interface FoundVerb {
  verb: Verb;
  /** Flags and other words, global flags that stood before the verb included. */
  rest: string[];
}

/** Words that lead to several verbs and are none themselves: `token`, `data`. */
export interface FoundGroup {
  group: readonly string[];
}

/** @throws ViceError `usage` with the nearest verb, `not-supported` for what a later version brings */
export function findVerb(verbs: readonly Verb[], argv: readonly string[]): FoundVerb | FoundGroup {
  const { words, at } = leadingWords(argv);
  for (let count = words.length; count > 0; count -= 1) {
    const tried = words.slice(0, count);
    const verb = verbs.find((each) => waysOf(each).some((way) => same(way, tried)));
    if (verb === undefined) continue;
    const from = (at[count - 1] ?? 0) + 1;
    const flagsBefore = argv.slice(0, from).filter((_, index) => !at.slice(0, count).includes(index));
    return { verb, rest: [...flagsBefore, ...argv.slice(from)] };
  }
  return groupOf(verbs, words);
}

/** Verbs below a group, each once. */
export const verbsBelow = (verbs: readonly Verb[], group: readonly string[]): Verb[] =>
  verbs.filter((verb) => !isHidden(verb) && waysOf(verb).some((way) => startsWith(way, group)));

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && startsWith(a, b);
const startsWith = (way: readonly string[], group: readonly string[]): boolean =>
  group.every((word, at) => way[at] === word);

/** The words before the first flag that is not a global one, with their places. */
function leadingWords(argv: readonly string[]): { words: string[]; at: number[] } {
  const words: string[] = [];
  const at: number[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? "";
    const flag = globalFlagOf(word);
    if (flag !== null) {
      index += widthOf(flag, word) - 1;
    } else if (word.startsWith("-") && word !== "-") {
      break;
    } else {
      words.push(word);
      at.push(index);
    }
  }
  return { words, at };
}

/** More would be a list to read, and no hint. */
const MOST_MEANT = 3;

function groupOf(verbs: readonly Verb[], words: readonly string[]): FoundGroup {
  let depth = 0;
  while (depth < words.length && verbsBelow(verbs, words.slice(0, depth + 1)).length > 0) depth += 1;
  const group = words.slice(0, depth);
  const wrong = words[depth];
  if (wrong === undefined) return { group };
  if (depth === 0) refusePlanned(verbs, wrong);
  const next = verbsBelow(verbs, group).flatMap((verb) =>
    waysOf(verb)
      .filter((way) => startsWith(way, group))
      .map((way) => way[depth] ?? ""),
  );
  const typed = ["vice", ...group, wrong].join(" ");
  const meant = depth === 0 ? oneWordMeant(verbs, wrong, next) : ways(group, nearest(wrong, next));
  const hint =
    meant.length === 0
      ? `See what there is: ${["vice", "help", ...group].join(" ")}`
      : `Did you mean: ${meant.slice(0, MOST_MEANT).join(", or ")}${meant.length > MOST_MEANT ? `, or one of ${meant.length - MOST_MEANT} others` : ""}`;
  throw new ViceError("usage", { message: `There is no command "${typed}".`, hint });
}

const ways = (group: readonly string[], word: string | null): string[] =>
  word === null ? [] : [["vice", ...group, word].join(" ")];

/** `vice backup` is no slip of the hand but lacks its part: `vice data backup`. */
function oneWordMeant(verbs: readonly Verb[], wrong: string, daily: readonly string[]): string[] {
  const rank = ({ words: [first = ""] }: Verb): number => (partNamed(first) === null ? 1 : 0);
  const below = verbs
    .filter((verb) => !isHidden(verb) && verb.words.length === 2)
    .sort((a, b) => rank(a) - rank(b));
  const called = (last: string | null): string[] =>
    below.filter(({ words }) => words[1] === last).flatMap(({ words: [first = ""] }) => ways([first], last));
  const exact = called(wrong.toLowerCase());
  if (exact.length > 0) return exact;
  const slip = nearest(wrong, daily);
  return slip === null
    ? called(
        nearest(
          wrong,
          below.map(({ words }) => words[1] ?? ""),
        ),
      )
    : ways([], slip);
}

function refusePlanned(verbs: readonly Verb[], word: string): void {
  const part = partNamed(word);
  if (part === null && !PLANNED.has(word)) return;
  const name = part === null ? `"vice ${word}"` : `The part "${part}" (${PARTS[part]})`;
  const there = Object.entries(PARTS).filter(([each]) => verbsBelow(verbs, [each]).length > 0);
  const parts = there.map(([each, vice]) => `${each} (${vice})`).join(", ");
  throw new ViceError("not-supported", {
    message: `${name} is not in this version of vice. Nothing was done.`,
    hint: `Today there are the daily verbs and the parts ${parts}: vice help`,
  });
}
