/** Takes secrets out of a stream of text: as they are, in Base64, percent-encoded and as JSON, also across the borders of chunks. */

const HIDDEN = "***";
/** Shorter ones would take whole words out of every log. */
const SHORTEST = 4;

const formsOf = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  Buffer.from(secret).toString("base64url"),
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  // A secret of many lines is told line by line.
  ...secret.split(/\r?\n/),
];

export interface Mask {
  text: (text: string) => string;
  /** What can be told of what came so far; the rest waits for `end`. */
  push: (chunk: string) => string;
  end: () => string;
}

export function maskOf(secrets: readonly string[]): Mask {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form.trim().length >= SHORTEST);
  forms.sort((a, b) => b.length - a.length);
  const longest = forms[0]?.length ?? 1;
  const text = (given: string): string => forms.reduce((all, form) => all.replaceAll(form, HIDDEN), given);
  let kept = "";
  return {
    text,
    push: (chunk) => {
      kept = text(kept + chunk);
      const told = kept.slice(0, Math.max(0, kept.length - longest + 1));
      kept = kept.slice(told.length);
      return told;
    },
    end: () => {
      const told = text(kept);
      kept = "";
      return told;
    },
  };
}
