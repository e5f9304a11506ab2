// A home in which small web applications are deployed as real processes; what they did is asked past the adapter.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createArtifacts } from "../src/adapters/artifact/index.ts";
import { createProcessRunner } from "../src/adapters/process/process-runner.ts";
import { type ProcessSpec, processTarget } from "../src/adapters/target/process/index.ts";
import { processSchema } from "../src/adapters/target/process/spec.ts";
import type { Release, TargetAdapter, TargetCall } from "../src/ports/target.ts";

export const PLACE = { project: "example-shop", service: "shop", environment: "staging" };
const ROOT = "apps/example-shop/shop/staging";

/** How an application behaves, by its version. */
const BODIES: Readonly<Record<string, string>> = {
  // Falls over with the reason, and with what it should not have said.
  broken: `console.error("no database: " + process.env.VICE_TEST_SECRET); console.error(new Error("x").stack); process.exit(3);`,
  endless: "answer = 503; listen();",
  // Takes the port only after a while.
  slow: "setTimeout(listen, 600);",
  // Does not hear when it is asked to end.
  deaf: 'process.on("SIGTERM", () => console.log("not now")); listen();',
  // What it starts serves; itself it waits, as npm does.
  parent: `if (process.argv[2] === "child") listen(); else { require("node:child_process").spawn(process.execPath, [__filename, "child"], { stdio: "inherit" }); setInterval(() => {}, 1000); }`,
};

const appText = (version: string, effects: string): string => `
const { appendFileSync } = require("node:fs");
const { createServer } = require("node:http");
let answer = 200;
const server = createServer((request, response) => {
  if (request.url === "/exit") process.exit(7);
  if (request.url === "/say") { for (let i = 0; i < 2000; i += 1) console.log("line " + i); }
  response.writeHead(answer, { connection: "close" });
  response.end(${JSON.stringify(version)} + " " + (process.env.COLOR ?? ""));
});
function listen() { server.listen(Number(process.env.PORT), "127.0.0.1"); }
if (process.argv[2] !== "child") {
  appendFileSync(${JSON.stringify(effects)}, ${JSON.stringify(version)} + " " + process.pid + "\\n");
  console.log("hello from ${version}, with " + process.env.VICE_TEST_SECRET);
}
${BODIES[version] ?? "listen();"}
`;

export class ProcessHouse {
  readonly root: string;
  readonly home: string;
  readonly app: string;
  readonly effectsFile: string;
  readonly env = { PATH: process.env["PATH"], HOME: "/nonexistent" };

  /** @param root of another one that goes on to be used */
  constructor(root?: string) {
    this.root = root ?? mkdtempSync(join(tmpdir(), "vice-process-"));
    this.home = join(this.root, "home");
    this.app = join(this.home, ROOT);
    this.effectsFile = join(this.root, "effects");
    if (root !== undefined) return;
    mkdirSync(this.home);
    writeFileSync(this.effectsFile, "");
  }

  adapter(): TargetAdapter<ProcessSpec> {
    const { home, env } = this;
    const artifacts = createArtifacts({ home, env });
    return processTarget({
      home,
      env,
      artifacts,
      processes: createProcessRunner({ home, env, graceMs: 500 }),
    });
  }

  async release(version: string, id: string = `id-of-${version}`): Promise<Release> {
    const folder = join(this.root, "sources", version);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "app.cjs"), appText(version, this.effectsFile));
    const wish = { spec: { folder }, version, cwd: this.root };
    const { home, env } = this;
    const artifact = await createArtifacts({ home, env }).resolve(wish, new AbortController().signal);
    return { id, version, commitSha: null, artifact };
  }

  call(
    verb: string,
    release: Release,
    more: Partial<TargetCall> & { spec: unknown },
  ): TargetCall<ProcessSpec> {
    return {
      ...{ place: PLACE, cwd: this.root, release, former: null, env: { VICE_TEST_SECRET: "s3cret" } },
      ...{ secrets: ["s3cret"], fencingToken: 1, run: `run-${release.id}`, step: verb, attempt: 1 },
      ...{ key: `run-${release.id}/${verb}/1`, signal: new AbortController().signal, log: () => {} },
      ...more,
      spec: processSchema.parse(more.spec),
    };
  }

  /** What answers on the port of the current release; `null` = nobody. */
  async answer(path = "/"): Promise<string | null> {
    const port = Number(textOf(join(this.app, "current.port")));
    return port === 0 ? null : ask(port, path);
  }

  async version(): Promise<string | null> {
    return (await this.answer())?.split(" ")[0] ?? null;
  }

  /** Every start of an application, in order: its version and its process. */
  starts(): Array<{ version: string; pid: number }> {
    const lines = textOf(this.effectsFile).split("\n").slice(0, -1);
    return lines.map((line) => {
      const [version = "", pid = ""] = line.split(" ");
      return { version, pid: Number(pid) };
    });
  }

  /** How many were started, also those that have not come to say so. */
  async effects(): Promise<number> {
    const told = (): Set<number> => new Set(this.starts().map(({ pid }) => pid));
    await until(() => leadersIn(this.home).every((pid) => told().has(pid)));
    return told().size;
  }

  /** Those that still run. */
  alive(): string[] {
    return this.starts().flatMap(({ version, pid }) => (isRunning(pid) ? [version] : []));
  }

  strike(version?: string): void {
    for (const each of this.starts()) if ((version ?? each.version) === each.version) kill(each.pid);
  }

  async close(): Promise<void> {
    for (const { pid } of this.starts()) kill(-pid);
    await until(() => this.alive().length === 0);
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 });
  }
}

export async function until(isSo: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`it did not become so within ${ms} ms: ${isSo}`);
    await wait(20);
  }
}

export const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

export const ask = (port: number, path = "/"): Promise<string | null> =>
  new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("close", () => resolve(text));
    });
    request.on("error", () => resolve(null));
  });

/** Processes that lead a group and whose folder lies in this one. */
const leadersIn = (folder: string): number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        const group = textOf(`/proc/${pid}/stat`)
          .replace(/^.*\) /, "")
          .split(" ")[2];
        return pid > 0 && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) && group === String(pid);
      } catch {
        return false; // it has ended
      }
    });

/** A process that has ended and that nobody asked about is none. */
export const isRunning = (pid: number): boolean => {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat !== "" && !/\) [ZX]/.test(stat);
};

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return; // it has ended
  }
};
