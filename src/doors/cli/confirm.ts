/** Asks before something dangerous, when there is a person to ask. */
import { createInterface } from "node:readline/promises";
import { ViceError } from "../../kit/errors.ts";
import type { InputStream, OutputStream } from "./cli-options.ts";
import type { GlobalValues } from "./global-flags.ts";
import type { Verb } from "./verbs.ts";

/**
 * Returns when it may go on. Where nobody sits at a terminal it goes on, as long as `--no-input` does not forbid it.
 * @throws ViceError `usage` when it may not
 */
export async function confirm(
  verb: Verb,
  global: GlobalValues,
  stdin: InputStream,
  stderr: OutputStream,
): Promise<void> {
  if (verb.command?.effect !== "danger" || global.yes) return;
  const name = ["vice", ...verb.words].join(" ");
  if (!global.input) {
    throw new ViceError("usage", {
      message: `"${name}" asks before it acts, and --no-input forbids asking. Nothing was done.`,
      hint: "Say yes beforehand: --yes",
    });
  }
  if (stdin.isTTY !== true || stderr.isTTY !== true) return;
  if (await saysYes(`${name}: ${verb.summary}\nGo on? [y/N] `, stdin, stderr)) return;
  throw new ViceError("usage", {
    message: "Not confirmed. Nothing was done.",
    hint: `To go on, answer y, or type: ${name} --yes`,
  });
}

async function saysYes(question: string, stdin: InputStream, stderr: OutputStream): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const gone = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    return /^y(es)?$/i.test((await Promise.race([lines.question(question), gone])).trim());
  } finally {
    lines.close();
  }
}
