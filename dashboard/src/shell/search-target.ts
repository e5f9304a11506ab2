/** Where a finished search leads. Pure. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isId = (text: string): boolean => UUID.test(text);

/** A sha, `#15`, `group/app!15`, `SHOP-12`, an address: what `vice where` is asked for. */
const WORK =
  /^(?:(?=.*\d)[0-9a-f]{7,64}|(?:[\w.-]+(?:\/[\w.-]+)+)?[#!]\d{1,7}|[A-Z][A-Z0-9_]+-\d+|https?:\/\/\S+)$/;

export const isWork = (text: string): boolean => !isId(text) && WORK.test(text);

/** @returns the page of the activity for an id, where a commit, change or ticket is, else what runs where with the text as filter */
export function searchTarget(text: string): string {
  if (isId(text)) return `/activities/${text}`;
  return isWork(text) ? `/where/${encodeURIComponent(text)}` : `/?q=${encodeURIComponent(text)}`;
}
