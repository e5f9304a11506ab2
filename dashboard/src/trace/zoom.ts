/** The part of a trace's time that is shown, as shares of the whole. Pure. */

/** 0 <= from < to <= 1. */
export interface Zoom {
  from: number;
  to: number;
}

export const WHOLE: Zoom = { from: 0, to: 1 };

/** Narrower would be less than what a number in the address can say. */
const LEAST = 1e-5;

/** Two shares in any order become a part that is wide enough and lies within the whole. */
export function zoomOf(a: number, b: number): Zoom {
  const low = clamp(Math.min(a, b));
  const high = clamp(Math.max(a, b));
  const width = Math.max(LEAST, high - low);
  const from = Math.min(low, 1 - width);
  return { from, to: from + width };
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

/** @param by share of what is shown; negative = to the left */
export function pan({ from, to }: Zoom, by: number): Zoom {
  const width = to - from;
  const start = Math.min(1 - width, Math.max(0, from + by * width));
  return { from: start, to: start + width };
}

/** @param factor below 1 shows less, around the middle */
export function scale({ from, to }: Zoom, factor: number): Zoom {
  const middle = (from + to) / 2;
  const half = Math.max(LEAST / 2, ((to - from) / 2) * factor);
  if (half >= 0.5) return WHOLE;
  const start = Math.min(1 - 2 * half, Math.max(0, middle - half));
  return { from: start, to: start + 2 * half };
}

export const isWhole = ({ from, to }: Zoom): boolean => from <= 0 && to >= 1;

export function readZoom(text: string): Zoom {
  const match = /^(0?\.\d+|0|1)-(0?\.\d+|0|1)$/.exec(text);
  return match === null ? WHOLE : zoomOf(Number(match[1]), Number(match[2]));
}

const DIGITS = 6;

export const sayZoom = (zoom: Zoom): string =>
  isWhole(zoom) ? "" : [zoom.from, zoom.to].map((share) => String(Number(share.toFixed(DIGITS)))).join("-");

/** Where a moment stands in what is shown, in percent; outside of it below 0 or over 100. */
export const placeOf = (ms: number, { fromMs, toMs }: { fromMs: number; toMs: number }): number =>
  toMs === fromMs ? 0 : ((ms - fromMs) / (toMs - fromMs)) * 100;
