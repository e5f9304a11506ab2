/** Milliseconds as ISO 8601, for answers that hold tens of thousands of times: several times as fast as `Date`. */

const DAY_MS = 86_400_000;
const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));

let day = Number.NaN;
let date = "";

/** @param ms whole milliseconds since 1970. @returns the same text as `new Date(ms).toISOString()` */
export function isoOf(ms: number): string {
  const inDay = ((ms % DAY_MS) + DAY_MS) % DAY_MS;
  const wanted = (ms - inDay) / DAY_MS;
  if (wanted !== day) {
    date = new Date(ms).toISOString().slice(0, -13);
    day = wanted;
  }
  const seconds = Math.floor(inDay / 1000);
  const [hour, minute] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(inDay % 1000).padStart(3, "0");
  return `${date}${two[hour]}:${two[minute]}:${two[seconds % 60]}.${rest}Z`;
}
