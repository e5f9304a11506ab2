/** Shows long text through the reader's pager, as git does. */
import { spawn } from "node:child_process";
import type { Env, OutputStream } from "../cli-options.ts";
import { print } from "./print.ts";

/** Lines that the prompt after the output takes. */
const PROMPT_LINES = 1;

/** Through `$PAGER` when the text is longer than the terminal; never into a pipe. */
export async function page(stdout: OutputStream, text: string, env: Env): Promise<void> {
  const pager = pagerOf(env);
  const fits = text.split("\n").length + PROMPT_LINES <= (stdout.rows || Number.POSITIVE_INFINITY);
  if (stdout.isTTY !== true || fits || pager === null || !(await throughPager(pager, text, env))) {
    await print(stdout, text);
  }
}

function pagerOf(env: Env): string | null {
  const said = env["VICE_PAGER"] ?? env["PAGER"] ?? "less";
  return said.trim() === "" || said.trim() === "cat" ? null : said;
}

/** Quit if it fits, keep colours, leave the text on the screen: what git gives to less (git-config, core.pager). */
const LESS = "FRX";
const NOT_THERE: ReadonlySet<number | null> = new Set([126, 127]);

/** @returns whether it was shown; `false` when the pager is not there */
function throughPager(pager: string, text: string, env: Env): Promise<boolean> {
  return new Promise((resolve) => {
    const own = env["LESS"] === undefined ? { ...env, LESS } : env;
    const child = spawn("/bin/sh", ["-c", pager], { env: { ...own }, stdio: ["pipe", "inherit", "inherit"] });
    const ignore = (): void => {}; // Ctrl-C belongs to the pager while it is there
    process.on("SIGINT", ignore);
    const done = (shown: boolean): void => {
      process.removeListener("SIGINT", ignore);
      resolve(shown);
    };
    child.once("error", () => done(false));
    child.once("close", (code) => done(!NOT_THERE.has(code)));
    child.stdin.on("error", () => {}); // quit before the end
    child.stdin.end(text.endsWith("\n") ? text : `${text}\n`);
  });
}
