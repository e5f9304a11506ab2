/** All that is needed to follow one thing that was started. */
import type { Api } from "./api.ts";
import type { Pace } from "./pace.ts";
import type { Ask, Started, Vendor } from "./vendor.ts";

export interface Following {
  vendor: Vendor;
  ask: Ask;
  api: Api;
  /** The same, and not broken off when the step is to end. */
  calm: Api;
  pace: Pace;
  signal: AbortSignal;
  mask: (text: string) => string;
  cursor: string | null;
  onStarted: (started: Started) => void;
  onCursor: (cursor: string) => void;
}
