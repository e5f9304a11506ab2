/** Times in words: how long ago, how long it took, and the exact moment in the reader's zone. Pure: `now` is passed in. */

export { sayDuration as formatDuration } from "../../../src/domain/say-duration.ts";
export { sayAge as formatSpan, sayAgo as formatAgo } from "../../../src/kit/ago.ts";

/** The exact moment with seconds and zone name, as the reader's locale writes it. */
export function formatAbsolute(iso: string, zone?: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(undefined, {
    dateStyle: "medium",
    timeStyle: "long",
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(date);
}
