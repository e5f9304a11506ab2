/** Finds processes by a variable in their environment, which their children have too; only where /proc is. */
import { readdirSync, readFileSync } from "node:fs";

/** @returns ids of the processes of this user whose environment has exactly this entry */
export function processesWith(name: string, value: string): number[] {
  const entry = `\0${name}=${value}\0`;
  return pids().filter((pid) => {
    try {
      return `\0${readFileSync(`/proc/${pid}/environ`, "utf8")}\0`.includes(entry);
    } catch {
      return false; // it has ended, or is not ours
    }
  });
}

function pids(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid);
  } catch {
    return []; // no /proc on this system
  }
}
