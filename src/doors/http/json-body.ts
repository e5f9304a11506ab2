/** Reads JSON bodies strictly: UTF-8, one document, not deeper than a person would write. */
import { ViceError } from "../../kit/errors.ts";

export const MAX_DEPTH = 64;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** An empty body reads as `undefined`. @throws ViceError `body.not-json`, `body.too-deep` */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  if (text.trim() === "") return undefined;
  if (depthOf(bytes) > MAX_DEPTH) throw new ViceError("body.too-deep", { limit: MAX_DEPTH });
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = error instanceof Error ? withoutQuote(error.message) : "it cannot be read";
    throw new ViceError("body.not-json", { problem });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ViceError("body.not-json", { problem: "it is not valid UTF-8" });
  }
}

/** V8 quotes the text it stumbled over; there may be a secret in it. */
const withoutQuote = (message: string): string => message.replace(/,? ?(?:\.\.\.)?".*$/s, "");

const [QUOTE, BACKSLASH, OPEN, OPEN_LIST, CLOSE, CLOSE_LIST] = [0x22, 0x5c, 0x7b, 0x5b, 0x7d, 0x5d];

/** How deep arrays and objects go, without parsing: a deep document is refused before it costs anything. */
export function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === OPEN || byte === OPEN_LIST) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSE || byte === CLOSE_LIST) depth -= 1;
  }
  return deepest;
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
