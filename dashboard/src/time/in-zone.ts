/** Moments as clocks in a given place show them, for numbers that were counted by the days of that place. Pure. */

/** Sweden writes dates as ISO 8601 does. */
const format = (iso: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat("sv-SE", options).format(new Date(iso));

/** `2026-11-20` */
export const dayIn = (iso: string, timeZone: string): string => format(iso, { timeZone, dateStyle: "short" });

/** `2026-11-20 14:05` */
export const minuteIn = (iso: string, timeZone: string): string =>
  format(iso, { timeZone, dateStyle: "short", timeStyle: "short" });
