/** Writes a file whole or not at all; what is for its owner alone is so from its first byte on. */
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ViceError } from "../../../kit/errors.ts";

export const PRIVATE = 0o600;
export const PUBLIC = 0o644;

/**
 * @param mode what others may do; a file that is there already is never opened wider than it was
 * @throws ViceError `data.invalid`
 */
export function writeWhole(file: string, text: string, mode: number): void {
  const fresh = `${file}.vice-${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const former = statSync(file, { throwIfNoEntry: false });
    rmSync(fresh, { force: true });
    writeFileSync(fresh, text, { mode: mode & PRIVATE, flag: "wx" });
    chmodSync(fresh, former === undefined ? mode : mode & former.mode & 0o777);
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    const problem = error instanceof Error ? error.message : String(error);
    const message = `${file} cannot be written: ${problem}. It is as it was.`;
    throw new ViceError("data.invalid", { message, hint: "Check the path and its folder." }, error);
  }
}
