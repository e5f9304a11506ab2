/** What is wrong with the server's configuration, as one error, whether it stands in a file or was said by flags. */
import { readFileSync } from "node:fs";
import type { ViceError } from "../../kit/errors.ts";
import { type FileProblem, fileInvalid } from "../../kit/yaml-problems.ts";

/** @param file `null` = there is no file, it is said by flags and variables */
export function configInvalid(
  file: string | null,
  problems: readonly FileProblem[],
  hint?: string,
): ViceError {
  const text = file === null ? null : textOrNull(file);
  return fileInvalid("config.invalid", { name: file ?? "the configuration", text }, problems, hint);
}

function textOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null; // it cannot be read: that is the problem itself
  }
}
