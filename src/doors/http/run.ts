/** A run: one execution of a command, as a client may ask for it. */
import type { ProgressPart } from "../../kit/command.ts";
import type { ErrorBody } from "../../kit/errors.ts";

export interface Run {
  id: string;
  command: string;
  /** Who started it; nobody else but an admin may look. */
  principal: string;
  state: "running" | "succeeded" | "failed";
  progress: { share: number | null; what: string; parts?: readonly ProgressPart[]; run?: string } | null;
  startedAt: string;
  finishedAt: string | null;
  result: unknown;
  error: ErrorBody["error"] | null;
}
