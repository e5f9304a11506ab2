/** One line on stderr that says how far long work is; only on a terminal. */
import type { ProgressPart } from "../../../kit/command.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { printable } from "../../../kit/table.ts";
import type { OutputStream } from "../cli-options.ts";

export interface Progress {
  show: (share: number | null, what: string, parts?: readonly ProgressPart[], run?: string) => void;
  /** Takes the line away. */
  clear: () => void;
}

/** Nothing is shown for work that is done sooner. */
const PATIENCE_MS = 300;
const EVERY_MS = 100;
const BAR_WIDTH = 20;
const ERASE_LINE = "\r\u001b[K";

export const silent: Progress = { show: () => {}, clear: () => {} };

export function progressOn(stream: OutputStream, now: () => number): Progress {
  const startedMs = now();
  let shownMs = startedMs + PATIENCE_MS - EVERY_MS;
  let isShown = false;
  return {
    show: (share, what) => {
      const nowMs = now();
      if (nowMs - shownMs < EVERY_MS) return;
      shownMs = nowMs;
      isShown = true;
      const line = progressLine(share, what, nowMs - startedMs);
      stream.write(`${ERASE_LINE}${line.slice(0, (stream.columns || 80) - 1)}`);
    },
    clear: () => {
      if (isShown) stream.write(ERASE_LINE);
      isShown = false;
    },
  };
}

/** `━━━━━━────── 52 %  rebuilding: 5,200 of 10,000 events, 2,600/s, 2 s left` */
export function progressLine(share: number | null, what: string, elapsedMs: number): string {
  const doing = printable(what);
  if (share === null) return `${doing}, ${sayDuration(elapsedMs)} so far`;
  const part = Math.min(1, Math.max(0, share));
  const full = Math.round(part * BAR_WIDTH);
  const bar = "━".repeat(full) + "─".repeat(BAR_WIDTH - full);
  const rate = rateOf(doing, elapsedMs);
  // Work that goes on where it stopped knows better, and says so itself.
  const isSaid = doing.endsWith(" left");
  const left =
    !isSaid && part > 0.01 && part < 1 ? `, ${sayDuration((elapsedMs / part) * (1 - part))} left` : "";
  return `${bar} ${String(Math.floor(part * 100)).padStart(3)} %  ${doing}${rate}${left}`;
}

/** Speed, where the words begin with a count: `5200 of 10000 events`. */
function rateOf(what: string, elapsedMs: number): string {
  const [, digits] = /\b(\d[\d,]*) of \d/.exec(what) ?? [];
  if (digits === undefined || elapsedMs < 1000) return "";
  const perSecond = Math.round((Number(digits.replaceAll(",", "")) * 1000) / elapsedMs);
  return `, ${perSecond.toLocaleString("en")}/s`;
}
