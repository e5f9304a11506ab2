/** The entry of everything but the wrapper's hot path: gives the terminal door its commands and verbs. */
import { runCli } from "../doors/cli/index.ts";
import { appVerbs } from "./app-verbs.ts";
import { allCommands } from "./commands.ts";
import { loadServerConfig } from "./config/server-config.ts";
import { packageVersion, wire, wireWithoutStore } from "./wire.ts";

/** @returns the exit code */
export function main(argv: string[]): Promise<number> {
  process.umask(0o077); // whatever is made here (store, lock, backups) is the user's own
  const { env, stdin, stdout, stderr } = process;
  return runCli({
    ...{ argv, env, stdin, stdout, stderr },
    commands: allCommands,
    builtins: appVerbs,
    version: packageVersion(),
    openLocal: (mode, { home, waitMs }) => {
      const config = loadServerConfig(env, { home });
      return mode === "none" ? wireWithoutStore(config, env) : wire({ config, env, mode, waitMs });
    },
  });
}
