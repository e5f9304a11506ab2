/** `template`: a file with values in the places that name them. A name without a value is refused, with its line. */
import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Value } from "../../../../domain/pipeline/expression.ts";
import { ExpressionProblem, fill, namesIn } from "../../../../domain/pipeline/template.ts";
import { sha256Hex } from "../../../../kit/ids.ts";
import { failed, type StepExecutor, succeeded } from "../../executor.ts";
import type { Secrets } from "../../secrets.ts";
import { fileStep, newName, putInPlace, takeAway } from "./file-step.ts";
import { FileProblem, placeOf } from "./places.ts";

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_TOLD = 5;
const PRIVATE = 0o600;

export const templateStep = (secrets: Secrets): StepExecutor<"template"> =>
  fileStep(async ({ step, cwd, meaning }) => {
    const { from, to, outside, secrets: wanted } = step.spec;
    const { values, missing } = secrets(wanted);
    if (missing !== null) return failed(`the variable ${missing} is not set where vice runs`);
    const [source, place] = await Promise.all([from, to].map((path) => placeOf(path, { cwd, outside })));
    if (source === undefined || place === undefined) throw new FileProblem("it has no file");
    const { size, mode } = await stat(source);
    if (size > MOST_BYTES) throw new FileProblem(`${from} is larger than ${MOST_BYTES} bytes`);
    const used = new Set<string>();
    const known = (path: readonly string[]): Value => {
      const [root, name = ""] = path;
      if (root !== "env" || values[name] === undefined) return meaning(path);
      used.add(name);
      return values[name];
    };
    const text = rendered(await readFile(source, "utf8"), from, known);
    await mkdir(dirname(place), { recursive: true });
    const made = newName(place);
    try {
      await takeAway([made]);
      await writeFile(made, text, { mode: PRIVATE });
      if (used.size === 0) await chmod(made, mode & 0o777);
      await putInPlace(made, place);
    } catch (error) {
      await takeAway([made]);
      throw error;
    }
    // The digest of a short secret could be guessed.
    return succeeded({ file: place, ...(used.size === 0 && { digest: `sha256:${sha256Hex(text)}` }) });
  });

/** @throws FileProblem with every place that has no value */
function rendered(text: string, file: string, known: (path: readonly string[]) => Value): string {
  const problems: string[] = [];
  const lines = text.split("\n").map((line, at) => {
    const tell = (problem: string): void => void problems.push(`${file}:${at + 1}: ${problem}`);
    try {
      namesIn(line);
    } catch (error) {
      if (!(error instanceof ExpressionProblem)) throw error;
      tell(error.message);
      return line;
    }
    return fill(line, (path) => {
      const value = known(path);
      if (value === null) tell(`${path.join(".")} has no value`);
      return value === null ? null : String(value);
    });
  });
  if (problems.length === 0) return lines.join("\n");
  const more = problems.length > MOST_TOLD ? `; and ${problems.length - MOST_TOLD} more` : "";
  throw new FileProblem(problems.slice(0, MOST_TOLD).join("; ") + more);
}
