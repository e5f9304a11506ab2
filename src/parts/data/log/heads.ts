/** Heads of the log kept beside it: a later change of anything before a noted head shows in `audit verify`. */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { LogHead } from "../../../ports/event-log.ts";
import type { Services } from "../../../ports/services.ts";

/** In the home; copy it to another machine to make it worth more. */
export const HEADS = "heads.ndjson";

const headSchema = z.object({ seq: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/** Adds the present head to the file, unless it is the last one there. @returns it, or `null` for an empty log */
export function noteHead(services: Pick<Services, "config" | "store">, nowMs: number): LogHead | null {
  const head = services.store.log.head();
  const file = join(services.config.home, HEADS);
  if (head.seq === 0 || lastHead(readText(file))?.hash === head.hash) return null;
  const handle = openSync(file, "a", 0o600);
  try {
    writeSync(handle, `${JSON.stringify({ at: new Date(nowMs).toISOString(), ...head })}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return head;
}

/** The newest head in a text of lines, or in one JSON document; half a line (a full disk) is passed over. */
export function lastHead(text: string): LogHead | null {
  for (const line of text.trimEnd().split("\n").toReversed()) {
    const head = headOf(line);
    if (head !== null) return head;
  }
  return headOf(text);
}

/** `SEQ:HASH`, or an object with both. */
export function headOf(text: string): LogHead | null {
  const [, seq, hash] = /^\s*(\d+):([0-9a-f]{64})\s*$/i.exec(text) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash: hash.toLowerCase() };
  return headSchema.safeParse(parsed(text)).data ?? null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // none yet
  }
}
