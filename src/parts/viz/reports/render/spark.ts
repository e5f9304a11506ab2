/** A line of letters that shows how values went: `▁▃▂▇ ▅`. What is not known is a gap. */

const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

export function spark(values: ReadonlyArray<number | null>): string {
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
