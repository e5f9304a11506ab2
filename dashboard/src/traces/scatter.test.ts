// Where dots stand, and that what is drawn around them is what is chosen and asked about.
import { expect, test } from "vitest";
import {
  between,
  type Dot,
  frameOf,
  holds,
  marksIn,
  placeOf,
  readFrame,
  sayFrame,
  slowTenthMs,
} from "./scatter.ts";

const HOUR = 3_600_000;
const dot = (n: number, tookMs: number): Dot => ({
  id: String(n),
  atMs: 1e12 + n * HOUR,
  tookMs,
  failed: false,
});
const dots = [dot(0, 60_000), dot(10, 600_000), dot(20, 6_000_000)];

test("later stands to the right, longer stands higher, and ten times as long is one step up, wherever it begins", () => {
  const frame = frameOf(dots);
  if (frame === null) throw new Error("no frame");
  const [a, b, c] = dots.map((each) => placeOf(each, frame));
  expect(b?.x).toBeCloseTo(0.5, 5);
  expect((a?.y ?? 0) - (b?.y ?? 0)).toBeCloseTo((b?.y ?? 0) - (c?.y ?? 0), 5);
  expect(c?.y).toBeLessThan(a?.y ?? 0);
  expect(frameOf([])).toBeNull();
});

test("what is drawn around a dot holds this dot alone, also after it stood in the address", () => {
  const frame = frameOf(dots);
  if (frame === null) throw new Error("no frame");
  const { x, y } = placeOf(dots[1] as Dot, frame);
  const chosen = between({ x: x + 0.1, y: y - 0.1 }, { x: x - 0.1, y: y + 0.1 }, frame);
  const read = readFrame(sayFrame(chosen));
  expect(read).toEqual(chosen);
  expect(dots.filter((each) => holds(chosen, each)).map(({ id }) => id)).toEqual(["10"]);
});

test.each([
  "",
  "1~2~3",
  "a~b~c~d",
  "5~1~1~2",
  "1~5~9~2",
  "1~2~3~4~5",
  "1.5~2~3~4",
  "0~9007199254740991~0~5",
])("%j in the address chooses nothing", (text) => {
  expect(readFrame(text)).toBeNull();
});

test("lines stand at durations that people say; one in ten is the slowest tenth", () => {
  expect(marksIn({ fromMs: 0, toMs: 1, leastMs: 30_000, mostMs: 2 * HOUR })).toEqual([60_000, 600_000, HOUR]);
  expect(slowTenthMs(dots)).toBeNull();
  const many = Array.from({ length: 20 }, (_, n) => dot(n, n + 1));
  const slow = slowTenthMs(many) ?? 0;
  expect(many.filter(({ tookMs }) => tookMs > slow)).toHaveLength(2);
});
