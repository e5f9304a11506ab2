// The terminal door in this process, on a real store in a temporary home: words in, exit code and both outputs out.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { allCommands } from "../src/app/commands.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { wire, wireWithoutStore } from "../src/app/wire.ts";
import { type CliOptions, runCli } from "../src/doors/cli/index.ts";
import type { AppendItem } from "../src/ports/event-log.ts";

export interface Said {
  code: number;
  out: string;
  err: string;
}

export interface CliDoor {
  home: string;
  /** Runs `vice` with these words. */
  vice: (...words: string[]) => Promise<Said>;
  /** The same with other options: a terminal, an environment, other commands. */
  viceWith: (changes: Changes, ...words: string[]) => Promise<Said>;
  /** Writes deployments into the store. */
  append: (...items: AppendItem[]) => Promise<void>;
  remove: () => void;
}

export interface Changes
  extends Partial<Pick<CliOptions, "commands" | "builtins" | "env" | "openLocal" | "now">> {
  /** What stands on standard input. */
  input?: string;
  isTTY?: boolean;
  rows?: number;
  columns?: number;
}

export function cliDoor(): CliDoor {
  const home = mkdtempSync(join(tmpdir(), "vice-cli-"));
  const env = { VICE_HOME: home, HOME: home, PATH: process.env["PATH"], TERM: "xterm" };
  const open: CliOptions["openLocal"] = (mode, { home: folder, waitMs }) => {
    const config = loadServerConfig(env, { home: folder });
    return mode === "none" ? wireWithoutStore(config, env) : wire({ config, env, mode, waitMs });
  };
  const viceWith = async (changes: Changes, ...argv: string[]): Promise<Said> => {
    const { input = "", isTTY = false, rows, columns, ...options } = changes;
    const [stdout, stderr] = [sink({ isTTY, rows, columns }), sink({ isTTY, rows, columns })];
    const stdin = Object.assign(Readable.from(input === "" ? [] : [input]), { isTTY });
    const code = await runCli({
      ...{
        argv,
        stdin,
        stdout,
        stderr,
        commands: allCommands,
        builtins: [],
        openLocal: open,
        version: "9.9.9",
      },
      ...options,
      env: { ...env, ...options.env },
    });
    return { code, out: stdout.text(), err: stderr.text() };
  };
  return {
    home,
    vice: (...words) => viceWith({}, ...words),
    viceWith,
    append: async (...items) => {
      const wired = await wire({ config: loadServerConfig(env, { home }), env, mode: "write" });
      await Promise.all(items.map((item) => wired.services.log.append(item)));
      await wired.close();
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

interface Screen {
  isTTY: boolean;
  rows: number | undefined;
  columns: number | undefined;
}

/** A stream that keeps what is written to it. */
export function sink(screen: Screen): Writable & Screen & { text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return Object.assign(stream, { ...screen, text: () => Buffer.concat(chunks).toString("utf8") });
}
