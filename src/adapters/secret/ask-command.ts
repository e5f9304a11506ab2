/** Asks a command for a secret: what it writes, without the line's end; what it complains about is never told. */
import { spawn } from "node:child_process";
import type { Opened } from "../../ports/secrets.ts";

const PATIENCE_MS = 30_000;
const MOST_BYTES = 1024 * 1024;

export interface Asked {
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

export function askCommand({ argv: [command = "", ...args], cwd, env }: Asked): Promise<Opened> {
  return new Promise((resolve) => {
    const failed = (why: string): void => resolve({ text: null, problem: `the command ${command} ${why}` });
    const child = spawn(command, args, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "ignore"] });
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      failed(`said nothing for ${PATIENCE_MS / 1000} s`);
    }, PATIENCE_MS);
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MOST_BYTES) chunks.push(chunk);
      else child.kill("SIGKILL");
    });
    child.once("error", () => {
      clearTimeout(timer);
      failed("cannot be started");
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (bytes > MOST_BYTES) failed("said more than 1 MiB");
      else if (code !== 0) failed(code === null ? `was ended by ${signal}` : `ended with ${code}`);
      else resolve({ text: withoutLineEnd(Buffer.concat(chunks).toString("utf8")), problem: null });
    });
  });
}

/** Editors and `echo` put one there; it is no part of the secret. */
export const withoutLineEnd = (text: string): string => text.replace(/\r?\n$/, "");
