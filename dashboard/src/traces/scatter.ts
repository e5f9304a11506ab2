/** How long pieces of work took, over the time when they were: where a dot stands, and what a frame drawn with the pointer holds. Pure. */

export interface Dot {
  id: string;
  /** Milliseconds since 1970. */
  atMs: number;
  /** Milliseconds. */
  tookMs: number;
  failed: boolean;
}

/** What the chart shows: a span of time, and durations on a scale of tens. */
export interface Frame {
  fromMs: number;
  toMs: number;
  leastMs: number;
  mostMs: number;
}

/** Nothing in the delivery of software is told apart below this. */
const LEAST_MS = 1000;
const MINUTE = 60_000;

/** A frame around all of them; `null` without any. */
export function frameOf(dots: readonly Dot[]): Frame | null {
  if (dots.length === 0) return null;
  const frame = { fromMs: Number.POSITIVE_INFINITY, toMs: 0, leastMs: Number.POSITIVE_INFINITY, mostMs: 0 };
  for (const { atMs, tookMs } of dots) {
    frame.fromMs = Math.min(frame.fromMs, atMs);
    frame.toMs = Math.max(frame.toMs, atMs);
    frame.leastMs = Math.min(frame.leastMs, Math.max(tookMs, LEAST_MS));
    frame.mostMs = Math.max(frame.mostMs, tookMs, LEAST_MS);
  }
  const pad = Math.max((frame.toMs - frame.fromMs) * 0.01, MINUTE);
  return {
    fromMs: frame.fromMs - pad,
    toMs: frame.toMs + pad,
    leastMs: Math.max(LEAST_MS, frame.leastMs / 1.6),
    mostMs: frame.mostMs * 1.6,
  };
}

const share = (value: number, from: number, to: number): number =>
  to === from ? 0.5 : (value - from) / (to - from);
const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** @returns from the left and from the top, 0..1 */
export function placeOf(
  { atMs, tookMs }: Pick<Dot, "atMs" | "tookMs">,
  frame: Frame,
): { x: number; y: number } {
  const took = Math.log(Math.max(tookMs, LEAST_MS));
  return {
    x: clamp(share(atMs, frame.fromMs, frame.toMs)),
    y: 1 - clamp(share(took, Math.log(frame.leastMs), Math.log(frame.mostMs))),
  };
}

/** What lies between two corners, each from the left and from the top, 0..1. */
export function between(a: { x: number; y: number }, b: { x: number; y: number }, frame: Frame): Frame {
  const at = (x: number): number => Math.round(frame.fromMs + clamp(x) * (frame.toMs - frame.fromMs));
  const [low, high] = [Math.log(frame.leastMs), Math.log(frame.mostMs)];
  const took = (y: number): number => Math.round(Math.exp(low + (1 - clamp(y)) * (high - low)));
  return {
    fromMs: at(Math.min(a.x, b.x)),
    toMs: at(Math.max(a.x, b.x)),
    leastMs: took(Math.max(a.y, b.y)),
    mostMs: took(Math.min(a.y, b.y)),
  };
}

export const holds = (
  { fromMs, toMs, leastMs, mostMs }: Frame,
  { atMs, tookMs }: Pick<Dot, "atMs" | "tookMs">,
): boolean => atMs >= fromMs && atMs < toMs && tookMs > leastMs && tookMs < mostMs;

/** No time is later: an address may hold any number. */
const LAST_MS = 8.64e15;

/** For the address. */
export const sayFrame = ({ fromMs, toMs, leastMs, mostMs }: Frame): string =>
  [fromMs, toMs, leastMs, mostMs].join("~");

export function readFrame(text: string): Frame | null {
  const [fromMs, toMs, leastMs, mostMs, ...more] = text.split("~").map(Number);
  const all = [fromMs, toMs, leastMs, mostMs];
  if (more.length > 0 || !all.every((each) => Number.isInteger(each) && Math.abs(each ?? 0) <= LAST_MS))
    return null;
  const [from = 0, to = 0, least = 0, most = 0] = all;
  return from < to && least < most ? { fromMs: from, toMs: to, leastMs: least, mostMs: most } : null;
}

const MARKS = [
  ...[1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000].map((seconds) => seconds * 1000),
];

/** Lines closer together than this share of the height could not be read. */
const APART = 0.11;

/** Round durations that lie in the frame, for lines across it: the longest first to be kept. */
export function marksIn(frame: Frame): number[] {
  const kept: number[] = [];
  let above = Number.NEGATIVE_INFINITY;
  for (const mark of MARKS.toReversed()) {
    if (mark < frame.leastMs || mark > frame.mostMs) continue;
    const { y } = placeOf({ atMs: frame.fromMs, tookMs: mark }, frame);
    if (y - above < APART) continue;
    kept.unshift(mark);
    above = y;
  }
  return kept;
}

/** The duration that one in ten takes longer than; `null` with fewer than ten. */
export function slowTenthMs(dots: readonly Dot[]): number | null {
  if (dots.length < 10) return null;
  const sorted = dots.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? null;
}
