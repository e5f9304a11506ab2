/** The entry of everything but the wrapper's hot path: gives the terminal door its commands and verbs. */
import { Writable } from "node:stream";
import type { OutputStream } from "../doors/cli/cli-options.ts";
import { runCli } from "../doors/cli/index.ts";
import { appVerbs } from "./app-verbs.ts";
import { allCommands } from "./commands.ts";
import { openLocalWith } from "./open-local.ts";
import { packageVersion } from "./wire.ts";

/** @returns the exit code */
export const main = (argv: string[]): Promise<number> => run(argv, process.stdout, process.stderr);

/** The activity whose id begins so. @returns its id, or the exit code when what is wrong has been said */
export async function findId(start: string, flags: readonly string[]): Promise<string | number> {
  const said: string[] = [];
  const keep = (): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        said.push(chunk.toString());
        done();
      },
    });
  const words = ["activities", "show", start, ...flags];
  const code = await run([...words, "--json"], keep(), keep());
  return code === 0 ? String(Object(JSON.parse(said.join("")))["id"]) : run(words, keep(), process.stderr);
}

function run(argv: readonly string[], stdout: OutputStream, stderr: OutputStream): Promise<number> {
  process.umask(0o077); // whatever is made here (store, lock, backups) is the user's own
  const { env, stdin } = process;
  return runCli({
    ...{ argv, env, stdin, stdout, stderr },
    commands: allCommands,
    builtins: appVerbs,
    version: packageVersion(),
    openLocal: openLocalWith(env),
  });
}
