// Turns of a worker: never two at once, changes close together are one look, and none begins after the stop.
import { expect, test } from "vitest";
import { lookOften } from "./look-often.ts";

test("looks at once and after changes, one turn at a time, and not after it was stopped", async () => {
  const ends: Array<() => void> = [];
  let changed = (): void => {};
  let isListening = true;
  const turns = lookOften({
    look: () => new Promise((end) => ends.push(end)),
    everyMs: 2,
    soonMs: 1,
    onChange: (listener) => {
      changed = listener;
      return () => {
        isListening = false;
      };
    },
  });
  expect(ends).toHaveLength(1);
  changed();
  await new Promise((later) => setTimeout(later, 30));
  expect(ends).toHaveLength(1); // the first still goes on
  ends[0]?.();
  await expect.poll(() => ends.length).toBe(2);
  const last = turns.stop();
  expect(last).not.toBeNull();
  ends[1]?.();
  await last;
  expect([isListening, turns.stop()]).toEqual([false, null]);
  changed();
  await new Promise((later) => setTimeout(later, 30));
  expect(ends).toHaveLength(2);
});
