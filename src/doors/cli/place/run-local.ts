/** Runs a command on the store of this home, with what waits in the spool taken in first. */
import { type Command, invoke, needsStore } from "../../../kit/command.ts";
import { toViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import type { LocalHouse, OpenLocal } from "../cli-options.ts";
import type { Progress } from "../output/progress.ts";
import { hasSpool, spoolOf, takeSpool } from "./drain.ts";
import { localPrincipal } from "./local-principal.ts";

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

/** Local steps must be seen by the next reader; but no reader waits for a writer. */
export async function openForReading(home: string, openLocal: OpenLocal): Promise<LocalHouse> {
  if (await hasSpool(spoolOf(home))) {
    const writer = await openLocal("write", { home, waitMs: 0 }).catch(ifBusy);
    if (writer !== null) {
      await takeSpool(home, writer);
      return writer;
    }
  }
  const reader = await openLocal("read", { home, waitMs: 0 }).catch(ifBusy);
  if (reader?.services.store.maintenance.isCurrent()) return reader;
  await reader?.close();
  // A new home has no store, and that of another vice is read anew: whole, or rules would be missing.
  const writer = await openLocal("write", { home, waitMs: 0 });
  await writer.services.log.settled();
  return writer;
}

/** Somebody else holds the store, or the disk is full or read-only: reading is still possible. */
function ifBusy(error: unknown): null {
  const { code } = toViceError(error);
  if (code === "store.busy" || code === "store.unavailable") return null;
  throw error;
}
