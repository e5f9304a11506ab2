/** Where a finished search leads. Pure. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isId = (text: string): boolean => UUID.test(text);

/** @returns the page of the activity for an id, else what runs where with the text as filter */
export const searchTarget = (text: string): string =>
  isId(text) ? `/activities/${text}` : `/?q=${encodeURIComponent(text)}`;
