/** Makes a pipeline of what people recorded with `vice run` and `vice event`: the steps of the newest whole, as they ran. */
import type { Activity } from "../../../domain/activity.ts";
import { quantile } from "../../../domain/quantile.ts";

export interface RecordedStep {
  /** Fits the name of a step. */
  name: string;
  /** Words of the command; `null` = nobody wrapped it. */
  argv: readonly string[] | null;
  /** Where it ran, seen from the folder; empty = there. */
  cwd: string;
  needs: readonly string[];
  usualMs: number | null;
  runs: number;
  failed: number;
  /** The line was cut, or a value in it was hidden, when it was recorded. */
  isIncomplete: boolean;
}

export interface RecordedPipeline {
  /** What held the steps together, `null` = nothing did. */
  whole: string | null;
  runs: number;
  steps: readonly RecordedStep[];
}

/** Steps that nothing holds together: at most so many, the newest. */
const MOST_LOOSE = 20;

/**
 * @param activities newest first, all of this machine
 * @param folder what ran in there or below; `null` = anywhere
 */
export function recordedPipeline(activities: readonly Activity[], folder: string | null): RecordedPipeline {
  const here = activities.filter((each) => folder === null || isIn(each.tags["cwd"] ?? "", folder));
  const byId = new Map(activities.map((each) => [each.id, each]));
  const own = new Set(here.map(({ id }) => id));
  const belongs = (each: Activity): boolean =>
    own.has(each.id) || (each.parentId !== null && own.has(each.parentId));
  const wholes = Map.groupBy(
    activities.filter((each) => each.parentId !== null && belongs(each)),
    ({ parentId }) => parentId,
  );
  const [newest] = wholes;
  if (newest === undefined) return loose(here, folder);
  const wholeOf = (id: string | null): string | null => nameOf(byId.get(id ?? ""));
  const whole = wholeOf(newest[0]);
  const runs = [...wholes].filter(([id]) => wholeOf(id) === whole).map(([, steps]) => steps);
  const shown = inOrder(newest[1]);
  return { whole, runs: runs.length, steps: stepsOf(shown, runs.flat(), folder, needsByTime(shown)) };
}

function loose(here: readonly Activity[], folder: string | null): RecordedPipeline {
  const newest = new Map<string, Activity>();
  for (const each of here) if (!newest.has(signature(each))) newest.set(signature(each), each);
  const shown = inOrder([...newest.values()].slice(0, MOST_LOOSE));
  const needs = shown.map((_each, at) => (at === 0 ? [] : [at - 1]));
  return { whole: null, runs: 1, steps: stepsOf(shown, here, folder, needs) };
}

const isIn = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
const nameOf = (activity: Activity | undefined): string | null =>
  activity?.tags["name"] ?? activity?.kind ?? null;
const signature = ({ tags, kind }: Activity): string =>
  JSON.stringify([tags["name"] ?? kind, tags["command"] ?? ""]);
const startOf = ({ startedAt, occurredAt }: Activity): string => startedAt ?? occurredAt;
const inOrder = (steps: readonly Activity[]): Activity[] =>
  steps.toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0));

/** What had ended when it began, without what is needed through another one. What ran at the same time stays so. */
function needsByTime(steps: readonly Activity[]): number[][] {
  const isBefore = (a: Activity | undefined, b: Activity | undefined): boolean =>
    a?.finishedAt != null && b !== undefined && a.finishedAt <= startOf(b);
  return steps.map((step, at) => {
    const before = steps.flatMap((each, n) => (n < at && isBefore(each, step) ? [n] : []));
    return before.filter((n) => !before.some((other) => isBefore(steps[n], steps[other])));
  });
}

function stepsOf(
  shown: readonly Activity[],
  all: readonly Activity[],
  folder: string | null,
  needs: readonly (readonly number[])[],
): RecordedStep[] {
  const runs = Map.groupBy(all, signature);
  const names = uniqueNames(shown.map(stepName));
  return shown.map((step, at) => {
    const same = runs.get(signature(step)) ?? [step];
    const durations = same.flatMap(({ status, durationMs }) =>
      status === "succeeded" && durationMs !== null ? [durationMs] : [],
    );
    const command = step.tags["command"] ?? null;
    const cwd = step.tags["cwd"] ?? "";
    return {
      name: names[at] ?? "step",
      argv: command === null ? null : wordsOf(command),
      cwd: folder !== null && cwd.startsWith(`${folder}/`) ? cwd.slice(folder.length + 1) : "",
      needs: (needs[at] ?? []).map((n) => names[n] ?? ""),
      usualMs: quantile(durations, 0.5),
      runs: same.length,
      failed: same.filter(({ status }) => status === "failed").length,
      isIncomplete: command !== null && (command.includes("***") || command.endsWith("...")),
    };
  });
}

/** As the wrapper writes it: words as they are, or as JSON when they are not plain. */
function wordsOf(command: string): string[] {
  return (command.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? []).map((word) => {
    try {
      return word.startsWith('"') ? String(JSON.parse(word)) : word;
    } catch {
      return word; // cut in the middle
    }
  });
}

/** Its name, or what the command does when nobody named it. */
function stepName({ tags, kind }: Activity): string {
  const words = wordsOf(tags["command"] ?? "");
  const program = words[0]?.split(/[/\\]/).at(-1) ?? "";
  const name = tags["name"] ?? kind;
  if (name !== program) return slug(name);
  return slug(
    [program, ...words.slice(1).filter((word) => /^[\w:-]+$/.test(word) && !word.startsWith("-"))]
      .slice(0, 3)
      .join("-"),
  );
}

function slug(text: string): string {
  const plain = text
    .replace(/\.\w{1,4}$/, "")
    .replace(/[^A-Za-z0-9_]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return /^[A-Za-z]/.test(plain) ? plain : `step-${plain}`.replace(/-$/, "");
}

function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let n = 2; taken.has(free); n += 1) free = `${name}-${n}`;
    taken.add(free);
    return free;
  });
}
