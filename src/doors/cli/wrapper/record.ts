/** Writes a record for the wrapper: trouble becomes one warning, never an error. */
import type { SpoolRecord } from "../../../domain/spool.ts";
import { type Environment, isServerUrl, spoolOf } from "./home.ts";
import { warnOnce } from "./say.ts";
import { appendRecord, codeOf, nameServer } from "./spool.ts";

/** @returns whether the record is on disk; if not, the reason has been said on stderr. */
export function record(env: Environment, entry: SpoolRecord): boolean {
  let folder = "the spool";
  try {
    const spool = spoolOf(env);
    folder = spool.folder;
    if (spool.to !== null) nameServer(folder, spool.to);
    else if (env.VICE_SERVER && !isServerUrl(env.VICE_SERVER.trim()))
      warnOnce(
        `"${env.VICE_SERVER}" is no address of a server, write http://...; the record waits in ${folder}`,
      );
    appendRecord(folder, entry, entry.op === "end");
    return true;
  } catch (problem) {
    warnOnce(
      `not recorded, ${folder} cannot be written (${codeOf(problem)}); the command itself is not affected`,
    );
    return false;
  }
}
