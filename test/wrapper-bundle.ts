// Builds the command as the package ships it, into a folder of its own, and runs it in a home of its own.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

export interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

type Line = Record<string, unknown> & { op: string; id: string; tags?: Record<string, string> };

export interface Bench {
  /** The folder of this test file; goes away with `remove`. */
  readonly folder: string;
  readonly home: string;
  readonly vice: string;
  /** Environment without anything that would leak in from CI or from the person running the tests. */
  readonly env: Record<string, string>;
  run(args: readonly string[], options?: SpawnOptions & { input?: string }): Promise<Ended>;
  sh(shell: string, script: string, options?: SpawnOptions & { input?: string }): Promise<Ended>;
  start(program: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** All records in the spool of a home, in the order of the files. */
  records(home?: string): Line[];
  remove(): void;
}

const root = resolve(import.meta.dirname, "..");

/** @param pretendNode the version that the command is to believe it runs on */
export async function wrapperBench(pretendNode?: string): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "vice-wrapper-"));
  const vice = join(folder, "dist", "vice.cjs");
  await build({
    entryPoints: [join(root, "src/doors/cli/bin.ts")],
    outfile: vice,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node16",
    banner: { js: "#!/usr/bin/env node" },
    external: ["./main.js"],
    define: pretendNode === undefined ? {} : { "process.versions.node": JSON.stringify(pretendNode) },
    logLevel: "silent",
  });
  chmodSync(vice, 0o755);
  const home = join(folder, "home");
  const env = { PATH: process.env.PATH ?? "", HOME: folder, VICE_HOME: home, USER: "sidney", TERM: "dumb" };
  const start: Bench["start"] = (program, args, options) =>
    spawn(program, args, { cwd: folder, env, stdio: "pipe", ...options });
  const run: Bench["run"] = (args, options) =>
    finished(start(process.execPath, [vice, ...args], options), options?.input);
  return {
    folder,
    home,
    vice,
    env,
    start,
    run,
    sh: (shell, script, options) =>
      finished(
        start(shell.split(" ")[0] ?? shell, [...shell.split(" ").slice(1), "-c", script], options),
        options?.input,
      ),
    records: (of = home) => readSpool(of),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function finished(child: ChildProcess, input = ""): Promise<Ended> {
  const ended: Ended = { code: null, signal: null, stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    ended.stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    ended.stderr += text;
  });
  child.stdin?.on("error", () => undefined).end(input);
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code, signal) => done({ ...ended, code, signal }));
  });
}

function readSpool(home: string): Line[] {
  const folder = join(home, "spool");
  const all = readdirSync(folder, { recursive: true, encoding: "utf8" }); // what is for a named server has a folder of its own
  const files = all.filter((file) => file.endsWith(".ndjson"));
  const lines = files.flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n"));
  return lines.filter((line) => line !== "").map((line): Line => JSON.parse(line));
}

/** Waits until something is there, or fails after five seconds. */
export async function until<T>(look: () => T | undefined | false | null): Promise<T> {
  for (const end = Date.now() + 5000; Date.now() < end; ) {
    const found = look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error("waited 5 s in vain");
}
