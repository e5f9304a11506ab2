/** Runs a command on the store of this home, with what waits in the spool taken in first. */
import { userInfo } from "node:os";
import { type Command, invoke, needsStore, type Principal } from "../../../kit/command.ts";
import { toViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import type { LocalHouse, OpenLocal } from "../cli-options.ts";
import type { Progress } from "../output/progress.ts";
import { hasSpool, spoolOf, takeSpool } from "./drain.ts";

const WRITER_WAIT_MS = 5000;

export interface LocalCall {
  command: Command<Services>;
  input: unknown;
  home: string;
  openLocal: OpenLocal;
  now: () => number;
  progress: Progress["show"];
  signal: AbortSignal;
}

/** @throws ViceError */
export async function runLocal(call: LocalCall): Promise<unknown> {
  const { command, input, now, progress, signal } = call;
  const house = await openHouse(call);
  try {
    return await invoke(command, input, {
      services: house.services,
      principal: localPrincipal(),
      now,
      progress,
      signal,
    });
  } finally {
    await house.close();
  }
}

async function openHouse({ command, input, home, openLocal }: LocalCall): Promise<LocalHouse> {
  if (!needsStore(command, input)) return openLocal("none", { home, waitMs: 0 });
  if (command.effect === "read") return openForReading(home, openLocal);
  const house = await openLocal("write", { home, waitMs: WRITER_WAIT_MS });
  await takeSpool(home, house);
  return house;
}

/** Local steps must be seen by the next reader; but no reader waits for a writer. A new home has no store to read yet. */
export async function openForReading(home: string, openLocal: OpenLocal): Promise<LocalHouse> {
  if (await hasSpool(spoolOf(home))) {
    const writer = await openLocal("write", { home, waitMs: 0 }).catch(ifBusy);
    if (writer !== null) {
      await takeSpool(home, writer);
      return writer;
    }
  }
  return (
    (await openLocal("read", { home, waitMs: 0 }).catch(ifBusy)) ?? openLocal("write", { home, waitMs: 0 })
  );
}

/** Somebody else holds the store, or the disk is full or read-only: reading is still possible. */
function ifBusy(error: unknown): null {
  const { code } = toViceError(error);
  if (code === "store.busy" || code === "store.unavailable") return null;
  throw error;
}

/** Whoever may open the files of the home may do everything with it. */
function localPrincipal(): Principal {
  return { id: "local", name: nameOfUser(), scopes: ["admin"] };
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return "local"; // a user id without a name, as in some containers
  }
}
