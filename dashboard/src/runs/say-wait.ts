/** Who waits for what, in words. Pure. */
import type { RunStep } from "../api/run-types.ts";
import { formatAgo } from "../time/format-time.ts";

const listed = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;

/** `null`: it waits for nothing. @param nowMs milliseconds since 1970 */
export function sayWait({ waits, group, kind, retryAt }: RunStep, nowMs: number): string | null {
  if (waits === null) return null;
  const { names, until } = waits;
  const end = until === null ? "" : formatAgo(until, nowMs);
  switch (waits.for) {
    case "steps":
      return `waits for ${listed(names)}`;
    case "person":
      return `waits for somebody ${kind === "manual" ? "to sign it off" : "to agree"}${end === "" ? "" : `, it fails ${end}`}`;
    case "time":
      return retryAt === null ? `goes on ${end}` : `is tried again ${end}`;
    case "group":
      return `waits for ${isRun(names[0]) ? "another run" : listed(names)}, which is in the group ${group ?? ""}`;
    case "room":
      return `waits for room: ${names.length} steps run already`;
    case "resume":
      return "waits until the run is resumed";
    case "rules":
    case "run":
      return `waits: ${waits.why ?? "it is not allowed yet"}`;
  }
}

/** A group is held by a step of this run, or by another run. */
export const isRun = (name: string | undefined): boolean => name !== undefined && /^[0-9a-f]{8}-/.test(name);
