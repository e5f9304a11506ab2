/** A line of letters that shows how values went: `▁▃▂▇ ▅`. What is not known is a gap. */

const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** Letters that still can be told apart at a glance. */
const MOST = 60;

/** Of neighbours that share a letter the one that is farthest from what lies around counts: a short drop stays to be seen. */
function narrowed(values: ReadonlyArray<number | null>, most: number): ReadonlyArray<number | null> {
  if (values.length <= most) return values;
  const known = values.filter((value) => value !== null);
  const middle = known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1);
  return Array.from({ length: most }, (_, at) => {
    const from = Math.floor((at * values.length) / most);
    const group = values.slice(from, Math.floor(((at + 1) * values.length) / most));
    return group.reduce(
      (far, value) =>
        value !== null && (far === null || Math.abs(value - middle) > Math.abs(far - middle)) ? value : far,
      null,
    );
  });
}

/** @param most letters at most: the whole series is shown, however long it is */
export function spark(given: ReadonlyArray<number | null>, most: number = MOST): string {
  const values = narrowed(given, most);
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known, 0);
  const span = Math.max(...known, 0) - low;
  return values
    .map((value) => {
      if (value === null) return " ";
      const level = span === 0 ? 0 : Math.round(((value - low) / span) * (LEVELS.length - 1));
      return LEVELS[level] ?? " ";
    })
    .join("");
}
