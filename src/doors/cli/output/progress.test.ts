// The line that says how far long work is.
import { expect, test } from "vitest";
import { sink } from "../../../../test/cli-door.ts";
import { progressLine, progressOn } from "./progress.ts";

test.each<[share: number | null, what: string, elapsedMs: number, line: string]>([
  [
    0.5,
    "rebuilding: 5,000 of 10,000 events",
    2000,
    "━━━━━━━━━━──────────  50 %  rebuilding: 5,000 of 10,000 events, 2,500/s, 2 s left",
  ],
  [0.5, "github: 50 read, 9 s left", 2000, "━━━━━━━━━━──────────  50 %  github: 50 read, 9 s left"],
  [0, "starting", 0, "────────────────────   0 %  starting"],
  [1, "done", 5000, "━━━━━━━━━━━━━━━━━━━━ 100 %  done"],
  [2, "too far", 5000, "━━━━━━━━━━━━━━━━━━━━ 100 %  too far"],
  [null, "reading", 65_000, "reading, 1 min 5 s so far"],
  [0.25, "\u001b[2Jevil", 1000, "━━━━━───────────────  25 %  \ufffd[2Jevil, 3 s left"],
])("%s of %s after %i ms", (share, what, elapsedMs, line) => {
  expect(progressLine(share, what, elapsedMs)).toBe(line);
});

test("nothing for quick work, not every step, never wider than the screen, and gone at the end", () => {
  let now = 0;
  const stream = sink({ isTTY: true, rows: 20, columns: 30 });
  const progress = progressOn(stream, () => now);
  for (now = 0; now < 290; now += 10) progress.show(0.1, "quick");
  progress.clear();
  expect(stream.text()).toBe("");
  for (now = 300; now < 500; now += 10) progress.show(0.5, "a long story about what is done");
  const lines = stream.text().split("\r\u001b[K").filter(Boolean);
  expect(lines).toHaveLength(2);
  expect(lines.every((line) => line.length === 29)).toBe(true);
  progress.clear();
  expect(stream.text().endsWith("\r\u001b[K")).toBe(true);
});
