/** Where the bars of swimlanes begin and how wide they are, in percent of the whole time. */
import type { Stay } from "../../../src/domain/flow/stays.ts";

/** Narrower is not seen. */
const LEAST = 0.5;

/** One for each stay; `null` = one of its ends is not known, or it is done. */
export function lanesOf(
  stays: readonly Stay[],
  nowMs: number,
): Array<{ start: number; width: number } | null> {
  const endOf = ({ leftAt, current }: Stay): number | null =>
    leftAt !== null ? Date.parse(leftAt) : current ? nowMs : null;
  const times = stays.flatMap((stay) => [
    ...(stay.enteredAt === null ? [] : [Date.parse(stay.enteredAt)]),
    ...(stay.meaning === "done" ? [] : [endOf(stay) ?? []].flat()),
  ]);
  const from = Math.min(...times);
  const span = Math.max(...times) - from;
  return stays.map((stay) => {
    const end = endOf(stay);
    if (stay.enteredAt === null || end === null || stay.meaning === "done" || span <= 0) return null;
    const start = ((Date.parse(stay.enteredAt) - from) / span) * 100;
    const width = Math.max(LEAST, ((end - Date.parse(stay.enteredAt)) / span) * 100);
    return {
      start: Math.min(start, 100 - LEAST),
      width: Math.min(width, 100 - Math.min(start, 100 - LEAST)),
    };
  });
}
