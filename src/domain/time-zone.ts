/** Which names of time zones there are. Pure. */

/** `Europe/Berlin`, `UTC`: a name of the IANA database. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false; // a RangeError: nobody knows it
  }
}
