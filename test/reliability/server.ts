/** Starts the built server as a process of its own, so that it can be killed, starved and measured like a real one. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

/** The command as it is built; VICE_TEST_VICE names another build. */
export const VICE = process.env.VICE_TEST_VICE ?? resolve(import.meta.dirname, "../../dist/vice.cjs");

export interface Server {
  url: string;
  pid: number;
  home: string;
  /** What it logged so far. */
  stderr: () => string;
  /** @returns exit code and signal */
  end: (signal: NodeJS.Signals) => Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Nothing of the person or the CI system that runs the tests. */
function environment(home: string, more: Record<string, string>): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: home, VICE_HOME: home, VICE_LOG_LEVEL: "warn", ...more };
}

/** Resolves when it is ready; rejects with its log when it ends before. */
export async function startServer(home: string, env: Record<string, string> = {}): Promise<Server> {
  if (!existsSync(VICE)) throw new Error(`${VICE} is not there: npm run build`);
  const args = [VICE, "serve", "--port", "0", "--json"];
  const child = spawn(process.execPath, args, {
    cwd: home,
    env: environment(home, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-100_000);
  });
  const ended = exitOf(child);
  const first = await Promise.race([firstLine(child), ended.then(() => null)]);
  if (first === null) throw new Error(`the server ended before it was ready:\n${errors}`);
  const { url, pid } = JSON.parse(first) as { url: string; pid: number };
  const end: Server["end"] = (signal) => {
    child.kill(signal);
    return ended;
  };
  return { url, pid, home, stderr: () => errors, end };
}

const exitOf = (child: ChildProcess): ReturnType<Server["end"]> =>
  new Promise((done) => child.once("close", (code, signal) => done({ code, signal })));

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      const at = text.indexOf("\n");
      if (at >= 0) done(text.slice(0, at));
    });
  });
}

/** Runs a command to its end. */
export async function vice(
  home: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [VICE, ...args], {
    cwd: home,
    env: environment(home, env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  return { code: (await exitOf(child)).code, ...said };
}

/** Memory that a process holds now (proc(5), VmRSS), in bytes. */
export function residentBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(found) * 1024;
}
