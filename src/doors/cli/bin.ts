/** The command `vice`: does the small and quick things itself, and loads everything else only when it is asked for. */

import { keepCompiled } from "./keep-compiled.ts";
import { holdHeapSmall } from "./small-heap.ts";
import { event } from "./wrapper/event.ts";
import { print, printError } from "./wrapper/say.ts";

const EXIT_BUG = 70;
/** What stays and takes load for long. */
const SERVERS = ["serve", "demo"];
const [first = "", ...rest] = process.argv.slice(2);

void start().then(
  (code) => process.exit(code),
  (problem: unknown) => {
    printError(`vice: this is a bug in vice\n${problem instanceof Error ? problem.stack : String(problem)}`);
    process.exit(EXIT_BUG);
  },
);

async function start(): Promise<number> {
  if (first === "event" || first === "ev") return event(rest, process.env, calledAs("vscli"), findId);
  if (first === "run") return (await import("./wrapper/run.ts")).run(rest, process.env);
  if (first === "shellenv") return (await import("./wrapper/shellenv.ts")).shellenv(rest, process.env);
  if (first === "--version" || first === "-V") return version();
  return everythingElse();
}

/** Through a link of another name it is the same command; `vscli` brings its own defaults. */
function calledAs(name: string): boolean {
  return /([^/\\]*?)(\.c?js|\.exe)?$/.exec(process.argv[1] ?? "")?.[1] === name;
}

async function version(): Promise<number> {
  const { ownVersion } = await import("./wrapper/version.ts");
  print(ownVersion());
  return 0;
}

/** Takes the store or a server, so only for an id that a person shortened. */
async function findId(start: string, flags: readonly string[]): Promise<string | number> {
  const { isOld, runWithNewerNode } = await import("./wrapper/newer-node.ts");
  if (isOld(process.versions.node)) return runWithNewerNode(process.argv[1] ?? "");
  const main: { findId(start: string, flags: readonly string[]): Promise<string | number> } = await import(
    "./main.js" as string
  );
  return main.findId(start, flags);
}

async function everythingElse(): Promise<number> {
  const { isOld, runWithNewerNode } = await import("./wrapper/newer-node.ts");
  if (isOld(process.versions.node)) return runWithNewerNode(process.argv[1] ?? "");
  if (SERVERS.some((verb) => process.argv.includes(verb))) holdHeapSmall();
  keepCompiled(process.env);
  const { main }: { main(argv: string[]): Promise<number> } = await import("./main.js" as string);
  return main(process.argv.slice(2));
}
