/** A head of the log kept elsewhere: as text, in a file of heads in any form that vice prints, or in a backup's manifest. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { allows, type Principal } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { LogHead } from "../../../ports/event-log.ts";
import { headOf, lastHead } from "./heads.ts";

/**
 * Files are read for admins only: the path is one on the machine where the log is.
 * @throws ViceError `input.invalid`, `not-found`, `data.invalid`, `auth.forbidden`
 */
export async function readHead(text: string, principal: Principal): Promise<LogHead> {
  const head = headOf(text);
  if (head !== null) return head;
  const almost = /^(\d+):(\S*)$/.exec(text.trim());
  if (almost !== null) throw notAHash(almost[2] ?? "");
  if (!allows(principal.scopes, "admin")) throw new ViceError("auth.forbidden", { scope: "admin" });
  return readFileOfHeads(text);
}

function notAHash(hash: string): ViceError {
  const problem = /^[0-9a-f]*$/i.test(hash)
    ? `it has ${hash.length} characters, a hash has 64`
    : "a hash has 64 characters of 0-9 and a-f";
  return new ViceError("input.invalid", {
    message: `The hash of the head is not right: ${problem}.`,
    hint: "Take the whole line that vice audit head prints: SEQ:HASH.",
  });
}

async function readFileOfHeads(path: string): Promise<LogHead> {
  const content = await readFile(path, "utf8").catch((error: Error) => {
    const hint = "Give SEQ:HASH, or the whole path of a file on the machine of the log.";
    throw new ViceError("not-found", { what: "file of heads", name: path, hint }, error);
  });
  const head = lastHead(content) ?? manifestHead(content);
  if (head !== null) return head;
  throw new ViceError("data.invalid", {
    message: `There is no head in ${path}.`,
    hint: 'A line of it reads SEQ:HASH, as vice audit head prints it, or {"at":"...","seq":1,"hash":"..."}.',
  });
}

const manifest = z.object({ seq: z.int(), head: z.string().regex(/^[0-9a-f]{64}$/) });

function manifestHead(content: string): LogHead | null {
  try {
    const { seq, head } = manifest.parse(JSON.parse(content));
    return { seq, hash: head };
  } catch {
    return null; // neither
  }
}
