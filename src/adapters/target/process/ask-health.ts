/** Asks an application over HTTP whether it is well. */
import { get } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { msOf, type ProcessSpec } from "./spec.ts";

type Health = ProcessSpec["health"];

const ONE_MS = 5000;
/** Most applications are up long before the usual pause is over. */
const FIRST_PAUSE_MS = 20;

/** `null` = it is well; else what it does instead. */
export function askHealth(port: number, health: Health, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get(
      { host: "localhost", port, path: health.path, agent: false, timeout: ONE_MS, signal },
      (answer) => {
        answer.resume();
        const { statusCode = 0 } = answer;
        const isWell =
          health.status === undefined ? statusCode >= 200 && statusCode < 300 : statusCode === health.status;
        resolve(isWell ? null : `GET ${health.path} answers ${statusCode}`);
      },
    );
    request.on("timeout", () => request.destroy(new Error("it did not answer in time")));
    request.on("error", (error) => {
      const code = Object(error)["code"];
      resolve(code === "ECONNREFUSED" ? `nobody listens on port ${port}` : error.message);
    });
  });
}

/** It is gone from the system a moment before its exit code is told and noted in its log. */
const EXIT_TOLD_MS = 150;

/** Until it is well. @returns `null`, or why it is not: it ended, or the time is over */
export async function untilHealthy(
  port: number,
  health: Health,
  isUp: () => boolean,
  signal: AbortSignal,
): Promise<string | null> {
  const end = Date.now() + msOf(health.timeout);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    // Somebody else may answer on the port: an answer counts only from one that lives.
    if (!isUp()) {
      await wait(EXIT_TOLD_MS);
      return "it ended by itself";
    }
    const problem = await askHealth(port, health, signal);
    if (problem === null && isUp()) return null;
    if (signal.aborted) return "it was stopped";
    if (Date.now() >= end) return `it was not well within ${health.timeout}: ${problem}`;
    await wait(Math.min(pauseMs, msOf(health.every), Math.max(0, end - Date.now())), undefined, {
      signal,
    }).catch(() => {});
  }
}
