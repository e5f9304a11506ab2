/** Begins something at a vendor once: notes the intent, asks for it, and finds it again where nobody knows how that went. */
import { ViceError } from "../../../kit/errors.ts";
import type { Api } from "./api.ts";
import { isRefused, sayError } from "./follow.ts";
import type { Following } from "./following.ts";
import type { Found, Started } from "./vendor.ts";

export type Begun =
  | { what: "started"; started: Started }
  /** It is certain that nothing was started. */
  | { what: "refused"; error: string }
  | { what: "unknown"; reason: string }
  /** Told to end before it was known what was started; `isSent`: whether something may have been. */
  | { what: "stopped"; isSent: boolean };

type Beginning = Omit<Following, "cursor" | "onCursor" | "onStarted">;

/** After trouble of the other side it is begun again, so often, when it is proved that it was not. */
const TIMES = 3;

export async function begin(beginning: Beginning): Promise<Begun> {
  const { vendor, ask, pace, signal } = beginning;
  for (let time = 1; ; time++) {
    const { api, isSent } = watched(beginning.api);
    let problem = `${vendor.title} took it, and nobody can find it.`;
    try {
      const started = await vendor.start(ask, api);
      if (started !== null) return { what: "started", started };
    } catch (error) {
      problem = sayError(error);
      if (!isSent() && signal.aborted) return { what: "stopped", isSent: time > 1 };
      const isCertain = isRefused(error) || (error instanceof ViceError && error.details["notSent"] === true);
      if (isCertain || !isSent()) return { what: "refused", error: problem };
      ask.log(`${problem} Looking whether it was started all the same`);
    }
    const found = await findAgain(beginning);
    if (found.what === "found") return { what: "started", started: found.started };
    if (found.what === "unknown") return { what: "unknown", reason: `${problem} ${found.reason}` };
    if (found.what === "stopped") return { what: "stopped", isSent: true };
    if (time >= TIMES || signal.aborted) return { what: "refused", error: problem };
    await pace.wait(pace.firstMs * 2 ** time, signal);
  }
}

/** Questions before the request that counts start nothing. */
function watched(api: Api): { api: Api; isSent: () => boolean } {
  let isSent = false;
  const post: Api["post"] = (...given) => {
    isSent = true;
    return api.post(...given);
  };
  return { api: { ...api, post }, isSent: () => isSent };
}

/** Until it is there, or so much time went by that it would be. */
export async function findAgain(beginning: Beginning): Promise<Found | { what: "stopped" }> {
  const { vendor, ask, calm, pace, signal } = beginning;
  const end = Math.max(pace.now(), ask.intendedMs) + vendor.settleMs * pace.settle;
  for (let waitMs = pace.firstMs; ; waitMs = Math.min(waitMs * 1.5, pace.mostMs)) {
    const found = await vendor.find(ask, calm).catch((error: unknown): Found => {
      const reason = `Nobody knows whether it was started: ${sayError(error)}`;
      return { what: "unknown", reason };
    });
    if (found.what === "found") return found;
    if (pace.now() >= end) return found;
    // A stop of vice leaves it to the next process; who cancels has to know what to cancel.
    if (signal.aborted && signal.reason !== "cancel") return { what: "stopped" };
    await pace.wait(Math.min(waitMs, Math.max(1, end - pace.now())), signal.aborted ? STILL : signal);
  }
}

const STILL = new AbortController().signal;
