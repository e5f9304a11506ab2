/** `vice shellenv`: prints functions for the user's shell, with this home's spool and this user already written in. */
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { type Environment, spoolOf, withServer } from "./home.ts";
import { lastOf, readCommandLine } from "./options.ts";
import { accountOf } from "./read-facts.ts";
import { print } from "./say.ts";
import { POSIX_STEP } from "./shellenv-posix.ts";
import { POWERSHELL_STEP } from "./shellenv-powershell.ts";
import { ACTIVE_FILE, nameServer } from "./spool.ts";
import { help, wrongUsage } from "./usage.ts";
import { actorOf } from "./words.ts";

interface Shell {
  readonly functions: string;
  readonly variable: (name: string, value: string) => string;
}

const POSIX: Shell = {
  functions: POSIX_STEP,
  variable: (name, value) => `_vice_${name}='${value.replaceAll("'", "'\\''")}'`,
};
const POWERSHELL: Shell = {
  functions: POWERSHELL_STEP,
  variable: (name, value) => `$script:vice_${name} = '${value.replaceAll("'", "''")}'`,
};

const SHELLS: ReadonlyMap<string, Shell> = new Map([
  ["sh", POSIX],
  ["dash", POSIX],
  ["bash", POSIX],
  ["zsh", POSIX],
  ["ash", POSIX],
  ["busybox", POSIX],
  ["posix", POSIX],
  ["powershell", POWERSHELL],
  ["pwsh", POWERSHELL],
]);

export function shellenv(argv: readonly string[], env: Environment): number {
  const line = readCommandLine(argv, { shell: "value", server: "value", help: "nothing", h: "nothing" });
  if (typeof line === "string") return wrongUsage("shellenv", line);
  if (line.values.has("help") || line.values.has("h")) return help("shellenv");
  const name = lastOf(line, "shell") ?? line.words[0] ?? "sh";
  const shell = SHELLS.get(name);
  if (shell === undefined)
    return wrongUsage("shellenv", `"${name}" is not one of ${[...SHELLS.keys()].join(", ")}`);
  print(`${variables(withServer(env, { server: lastOf(line, "server") }), shell)}\n${shell.functions}`);
  return 0;
}

/** All that is the same for every step, so that a step has to find out nothing but the time. */
function variables(env: Environment, { variable }: Shell): string {
  const { folder, to } = spoolOf(env);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (to !== null) nameServer(folder, to);
  } catch {
    // the first step says so
  }
  const login = (actorOf(env) ?? accountOf())?.login?.slice(0, 100) ?? null;
  const who = `"actor":{"name":null,"login":${JSON.stringify(login)}},"tags":{"host":${JSON.stringify(hostname())}}`;
  return [variable("dir", folder), variable("file", `${folder}/${ACTIVE_FILE}`), variable("who", who)].join(
    "\n",
  );
}
