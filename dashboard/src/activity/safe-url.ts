/** Addresses that came in a payload: only http and https become links. */

/** @returns the address, or `null` when it must not be a link */
export function safeUrl(text: string | null): string | null {
  if (text === null) return null;
  try {
    const { protocol, href } = new URL(text);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}
