/** Brings what waits in this home's spool to the store or to a server. */
import { join } from "node:path";
import { type Drained, drainSpool, isSpoolLine, spoolBytes } from "../../../parts/data/index.ts";
import type { LocalHouse } from "../cli-options.ts";
import { folderFor } from "../wrapper/home.ts";
import { ask, type ServerLink } from "./server-link.ts";

export const spoolOf = (home: string): string => join(home, "spool");

/** A folder that cannot be read counts as empty: telemetry never stands in the way. */
export async function hasSpool(folder: string): Promise<boolean> {
  return (await spoolBytes(folder).catch(() => 0)) > 0;
}

const bytesOf = (lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join("\n")}\n`);

/** @throws what the store throws; nothing is lost then */
export function drainInto(home: string, { services }: Pick<LocalHouse, "services">): Promise<Drained> {
  const deliver = async (lines: readonly string[]): Promise<void> => {
    await services.intake.receiveSpool(bytesOf(lines), "");
  };
  return drainSpool(spoolOf(home), deliver, isSpoolLine);
}

/** What was recorded for no server in particular, and what was recorded for this one. */
export const foldersFor = (home: string, { url }: ServerLink): string[] => [
  spoolOf(home),
  folderFor(home, url),
];

/** @throws ServerProblem, ViceError `server.unreachable`; nothing is lost then */
export async function drainTo(home: string, link: ServerLink, signal?: AbortSignal): Promise<Drained> {
  const until = signal === undefined ? {} : { signal };
  const deliver = async (lines: readonly string[]): Promise<void> => {
    const raw = { type: "application/x-ndjson", bytes: bytesOf(lines) };
    await ask(link, { method: "POST", path: "/v1/spool", raw, ...until });
  };
  const total: Drained = { delivered: 0, damaged: 0 };
  for (const folder of foldersFor(home, link)) {
    const { delivered, damaged } = await drainSpool(folder, deliver, isSpoolLine);
    total.delivered += delivered;
    total.damaged += damaged;
  }
  return total;
}

/** Before a command: what cannot be taken now waits for the next one, and the command itself will say what is wrong. */
export async function takeSpool(home: string, to: LocalHouse | ServerLink): Promise<void> {
  const drained = "url" in to ? drainTo(home, to) : drainInto(home, to);
  await drained.catch(() => null);
}
