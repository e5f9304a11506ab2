/** Takes secrets out of a text: as they are, in Base64, percent-encoded and as JSON. */

const HIDDEN = "***";
/** Shorter ones would take whole words out of every text. */
const SHORTEST = 4;

export const hide = (text: string, secrets: readonly string[]): string =>
  secrets
    .flatMap(formsOf)
    .filter((form) => form.length >= SHORTEST)
    .sort((a, b) => b.length - a.length)
    .reduce((all, form) => all.replaceAll(form, HIDDEN), text);

const formsOf = (secret: string): string[] => [
  ...new Set([
    secret,
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    Buffer.from(secret).toString("base64url"),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]),
];
