/** The command `vice`: does the small and quick things itself, and loads everything else only when it is asked for. */

import { keepCompiled } from "./keep-compiled.ts";
import { holdHeapSmall } from "./small-heap.ts";
import { event } from "./wrapper/event.ts";
import { isOld } from "./wrapper/old-node.ts";
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
  return (first === "can-deploy" ? canDeploy() : null) ?? everythingElse();
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
  if (isOld(process.versions.node)) return withNewerNode();
  const main: { findId(start: string, flags: readonly string[]): Promise<string | number> } = await import(
    "./main.js" as string
  );
  return main.findId(start, flags);
}

interface Quick {
  quickCanDeploy(words: readonly string[], env: NodeJS.ProcessEnv): { code: number; text: string } | null;
}

/** The line that every pipeline calls, mostly without loading the rest (src/app/quick-can-deploy.ts). `null` = not so. */
function canDeploy(): number | null {
  if (isOld(process.versions.node)) return null;
  keepCompiled(process.env);
  const quick = loadQuick();
  const answer = quick?.quickCanDeploy(rest, process.env) ?? null;
  if (answer !== null) print(answer.text);
  return answer?.code ?? null;
}

/** By `require`: what loads modules takes five milliseconds to begin. */
function loadQuick(): Quick | null {
  try {
    return require("./can-deploy.cjs" as string) as Quick;
  } catch {
    return null;
  }
}

async function withNewerNode(): Promise<number> {
  const { runWithNewerNode } = await import("./wrapper/newer-node.ts");
  return runWithNewerNode(process.argv[1] ?? "");
}

async function everythingElse(): Promise<number> {
  if (isOld(process.versions.node)) return withNewerNode();
  if (SERVERS.some((verb) => process.argv.includes(verb))) holdHeapSmall();
  keepCompiled(process.env);
  const { main }: { main(argv: string[]): Promise<number> } = await import("./main.js" as string);
  return main(process.argv.slice(2));
}
