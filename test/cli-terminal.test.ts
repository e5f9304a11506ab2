// The terminal door on a real terminal and in a real pipe: colours, pager, progress, a reader that goes away.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onPath } from "./needs-table.ts";

const door = resolve(import.meta.dirname, "../src/doors/cli/index.ts");
const script = onPath("script");
let folder = "";
let runner = "";

/** Only the door, which starts fast; the last step as bin.ts does it, so everything must be written by then. */
const RUNNER = `
  const { runCli } = await import(${JSON.stringify(door)});
  const { print } = await import(${JSON.stringify(resolve(door, "../output/print.ts"))});
  const { z } = await import(${JSON.stringify(import.meta.resolve("zod"))});
  const big = { words: ["big"], summary: "Print much.", examples: [], positional: [], input: z.object({}) };
  big.run = async (_input, { stdout }) => (await print(stdout, "line\\n".repeat(400_000) + "the end"), 0);
  const { argv, env, stdin, stdout, stderr } = process;
  const wait = { id: "data.wait", words: ["wait"], part: "data", summary: "Wait.", examples: [], effect: "write", positional: [] };
  Object.assign(wait, { input: z.object({}), output: z.unknown(), text: () => "waited" });
  wait.run = async (_input, { progress, signal }) => {
    progress(0.25, "stage 1 of 4");
    await new Promise((resolve) => setTimeout(resolve, 350));
    progress(0.5, "stage 2 of 4");
    console.log("waiting");
    await new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)) ?? setTimeout(() => {}, 9000));
  };
  const stubborn = { ...wait, id: "data.stubborn", words: ["stubborn"] };
  stubborn.run = async (_input, { progress, signal }) => {
    progress(null, "it runs", [], "0193f1c2");
    console.log("waiting");
    await new Promise(() => signal.addEventListener("abort", () => console.log("asked")) ?? setTimeout(() => {}, 9000));
  };
  const openLocal = async () => ({ services: {}, close: () => {} });
  const options = { env, stdin, stdout, stderr, commands: [wait, stubborn], builtins: [big], openLocal, version: "1.2.3" };
  process.exit(await runCli({ ...options, argv: argv.slice(2) }));
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-terminal-"));
  runner = join(folder, "vice.mjs");
  writeFileSync(runner, RUNNER);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function environment(more: Record<string, string>): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    VICE_HOME: join(folder, "home"),
    TERM: "xterm",
    ...more,
  };
}

const command = (words: string): string => `"${process.execPath}" "${runner}" ${words}`;

/** Runs it on a terminal of 80 columns and so many rows (script(1), util-linux). */
function onTerminal(
  words: string,
  rows: number,
  more: Record<string, string> = {},
): { code: number | null; out: string } {
  const line = `stty rows ${rows} cols 80; ${command(words)}`;
  const ran = spawnSync(script ?? "script", ["-qefc", line, "/dev/null"], {
    env: environment(more),
    encoding: "utf8",
    input: "",
  });
  return { code: ran.status, out: ran.stdout };
}

describe("on a terminal", () => {
  test("colours, and none with NO_COLOR or --no-color", ({ skip }) => {
    if (script === null) skip("needs script (apt-get install -y bsdutils)");
    expect(onTerminal("help", 100).out).toContain("\u001b[1mExamples\u001b[22m");
    expect(onTerminal("help", 100, { NO_COLOR: "1" }).out).not.toContain("\u001b[");
    expect(onTerminal("help --no-color", 100).out).not.toContain("\u001b[");
  });

  test("what is longer than the screen goes through $PAGER, what fits does not", ({ skip }) => {
    if (script === null) skip("needs script (apt-get install -y bsdutils)");
    const pager = { PAGER: "sed s/^/PAGED:/" };
    expect(onTerminal("help", 10, pager).out).toContain("PAGED:");
    expect(onTerminal("help", 200, pager).out).not.toContain("PAGED:");
    expect(onTerminal("help", 10, { PAGER: "no-such-pager-here" }).out).toContain("Examples");
    expect(onTerminal("help", 10, { PAGER: "cat" }).out).toContain("Examples");
  });

  test("a pager that is left early is no error", ({ skip }) => {
    if (script === null) skip("needs script (apt-get install -y bsdutils)");
    expect(onTerminal("help", 10, { PAGER: "head -n 1" })).toMatchObject({ code: 0 });
  });

  test("the exit code of an error comes through", ({ skip }) => {
    if (script === null) skip("needs script (apt-get install -y bsdutils)");
    const { code, out } = onTerminal("statsu", 30);
    expect(code).toBe(64);
    expect(out).toContain("\u001b[31merror:\u001b[39m There is no command");
  });
});

describe("Ctrl-C", () => {
  const interrupted = (program: string, args: readonly string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((done) => {
      const child = spawn(program, args, {
        env: environment({}),
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const said = { out: "", err: "" };
      child.stderr.on("data", (chunk: Buffer) => {
        said.err += chunk.toString();
      });
      child.stdout.on("data", (chunk: Buffer) => {
        said.out += chunk.toString();
        if (said.out.includes("waiting")) process.kill(-(child.pid ?? 0), "SIGINT");
      });
      child.once("close", (code) => done({ code, ...said }));
    });

  test("what writes is asked to stop, and says so; no progress in a pipe", async () => {
    const { code, out, err } = await interrupted(process.execPath, [runner, "wait"]);
    expect({ code, out }).toEqual({ code: 130, out: "waiting\n" });
    expect(err).toBe("Stopped. What is done stays done; run it again to go on.\n");
  });

  test("the second one ends what does not stop, and says which run is left and how it goes on", async () => {
    const child = spawn(process.execPath, [runner, "stubborn"], { env: environment({}) });
    let err = "";
    child.stdout.once("data", () => child.kill("SIGINT"));
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("asked")) child.kill("SIGINT");
    });
    const signal = await new Promise((done) => child.once("close", (_code, by) => done(by)));
    expect({ signal, err }).toEqual({
      signal: "SIGINT",
      err: 'The run is left as it is. Bring it to its end: vice auto resume 0193f1c2 --reason "..."\n',
    });
  });

  test("progress on a terminal says how far it is", async ({ skip }) => {
    if (script === null) skip("needs script (apt-get install -y bsdutils)");
    const { out } = await interrupted(script ?? "script", ["-qefc", command("wait"), "/dev/null"]);
    expect(out).toMatch(/━{10}─{10} {2}50 % {2}stage 2 of 4.* left/);
    expect(out).not.toContain("stage 1 of 4"); // done before anybody could have read it
  });
});

describe("in a pipe", () => {
  const inPipe = (words: string, more: Record<string, string> = {}) =>
    spawnSync("/bin/sh", ["-c", command(words)], { env: environment(more), encoding: "utf8" });

  test("no colour, no pager, no cut", () => {
    const { stdout, status } = inPipe("help", { PAGER: "sed s/^/PAGED:/" });
    expect(status).toBe(0);
    expect(stdout).not.toContain("\u001b[");
    expect(stdout).not.toContain("PAGED:");
  });

  test("FORCE_COLOR brings colours into it", () => {
    expect(inPipe("help", { FORCE_COLOR: "1" }).stdout).toContain("\u001b[1m");
  });

  test("a reader that goes away is no error and no message", () => {
    const { stdout, stderr } = inPipe("help flags | head -n 1");
    expect(stdout).toBe("Flags that every verb has\n");
    expect(stderr).toBe("");
  });

  test("a reader that never came is no error either", async () => {
    const child = spawn(process.execPath, [runner, "help"], {
      env: environment({}),
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    const code = await new Promise((done) => child.once("close", done));
    expect({ code, said }).toEqual({ code: 0, said: "" });
  });

  test("a large document is written to its end before the process ends", () => {
    expect(inPipe("big | (sleep 0.2; tail -n 1)").stdout).toBe("the end\n");
  });
});
