/** Verbs of the terminal that start or feed a whole house: serve, demo, flush. */
import { z } from "zod";
import { defineBuiltin } from "../doors/cli/cli-options.ts";
import { count } from "../kit/count.ts";
import { parseDuration } from "../kit/duration.ts";
import { ViceError } from "../kit/errors.ts";
import { demo } from "./demo/demo.ts";
import { type Flushed, flushSpool } from "./flush.ts";
import { importGit } from "./import-git.ts";
import { init } from "./init-verb.ts";
import type { RunningServer, ServeOptions } from "./serve.ts";
import { LOG_FORMS } from "./server-log.ts";

/** Loaded when it is asked for: the HTTP door costs every other command a tenth of a second. */
const startServer = async (options: ServeOptions): Promise<RunningServer> =>
  (await import("./serve.ts")).startServer(options);

/** How long a stop may take before the process ends all the same. */
const STOP_MS = 10_000;

const serve = defineBuiltin({
  words: ["serve"],
  summary: "Start the server: page, API and webhook intake.",
  examples: [
    "vice serve",
    "vice serve --port 8080",
    "vice serve --host 0.0.0.0 --config /etc/vice.server.yaml",
    "vice serve --port 0 --json",
  ],
  positional: [],
  input: z.object({
    host: z.string().optional().describe("Address to listen on; default 127.0.0.1"),
    port: z.int().min(0).max(65_535).optional().describe("Default 4400; 0 picks a free one"),
    config: z.string().optional().describe("Path of vice.server.yaml"),
    log: z.enum(LOG_FORMS).optional().describe("Form of the log on stderr; text on a terminal, else json"),
  }),
  run: async ({ host, port, config, log }, { env, json, quiet, stdout, stderr }) => {
    const server = await startServer({ env, host, port, config, log, home: env["VICE_HOME"] });
    if (json) stdout.write(`${JSON.stringify({ url: server.url, pid: process.pid, home: server.home })}\n`);
    else if (!quiet)
      stderr.write(`vice is ready: ${server.url}\nData is kept in ${server.home}. Stop with Ctrl-C.\n`);
    return stopOnSignal(server);
  },
});

/** Waits for INT or TERM, then stops in order; HUP reads the configuration again. */
function stopOnSignal(server: RunningServer): Promise<number> {
  return new Promise((resolve) => {
    const stop = (): void => {
      const late = setTimeout(() => resolve(75), STOP_MS).unref();
      server.close().then(
        () => {
          clearTimeout(late);
          resolve(0);
        },
        (error: unknown) => {
          process.stderr.write(
            `error: stopping failed: ${error instanceof Error ? error.message : String(error)}\n`,
          );
          resolve(70);
        },
      );
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    process.on("SIGHUP", () => {
      server.reload().catch((error: unknown) => {
        const problem = error instanceof ViceError ? `${error.message}\n  ${error.hint}` : String(error);
        process.stderr.write(`error: the configuration was not taken, the former one holds: ${problem}\n`);
      });
    });
  });
}

function sayFlushed({ records, to, waiting }: Flushed): string {
  const done =
    records === 0 ? `Nothing waited here for ${to}.` : `${count(records, "record")} handed over to ${to}.`;
  const others = waiting.map(
    (each) =>
      `${count(each.records, "record")} for ${each.server} stay here: vice flush --server ${each.server}`,
  );
  return `${[done, ...others].join("\n")}\n`;
}

const flush = defineBuiltin({
  words: ["flush"],
  summary: "Hand over everything that was recorded locally, and say when it has arrived.",
  examples: ["vice flush", "vice flush --timeout 30s"],
  positional: [],
  input: z.object({ timeout: z.string().default("10s").describe("How long to try, as 30s") }),
  run: async ({ timeout }, { env, json, quiet, stdout, stderr }) => {
    const timeoutMs = parseDuration(timeout);
    if (timeoutMs === null)
      throw new ViceError("usage", { message: `"${timeout}" is no duration.`, hint: "Write 30s." });
    const result = await flushSpool(env, timeoutMs);
    if (json) stdout.write(`${JSON.stringify(result)}\n`);
    else if (!quiet) stderr.write(sayFlushed(result));
    return 0;
  },
});

const demonstration = defineBuiltin({
  words: ["demo"],
  summary: "Start a server of its own with a made-up company that deploys all day.",
  examples: ["vice demo", "vice demo --port 8080"],
  positional: [],
  input: z.object({
    port: z.int().min(0).max(65_535).optional().describe("Default 4400, or a free one when that is taken"),
  }),
  run: ({ port }, { env, stdout }) =>
    demo({ env, startServer, port, print: (line) => stdout.write(`${line}\n`) }),
});

export const appVerbs = [init, serve, demonstration, flush, importGit];
