/** Starts vice again with the Node that a checkout brings, when the one at hand is too old for it. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { runChild } from "./child.ts";
import { NEEDED } from "./old-node.ts";
import { printError } from "./say.ts";
import { EXIT_USAGE } from "./usage.ts";

/** @param script the file that was started, possibly through a link */
export async function runWithNewerNode(script: string): Promise<number> {
  const file = realpathSync(script);
  const program = process.platform === "win32" ? "node.exe" : "node";
  const node = join(dirname(file), "..", "node_modules", "node", "bin", program);
  if (existsSync(node)) {
    const ended = await runChild(node, [...process.execArgv, script, ...process.argv.slice(2)], process.env);
    if (ended.problem === null) return ended.exitCode;
  }
  printError(`vice: this command needs Node ${NEEDED} or newer, but ${process.execPath} is ${process.versions.node}.
Get it from https://nodejs.org/en/download or with: npm install --global node@${NEEDED}
(vice run, vice event and vice shellenv work with this one.)`);
  return EXIT_USAGE;
}
