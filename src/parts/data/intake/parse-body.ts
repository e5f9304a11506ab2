/** Reads a body as JSON, strictly: UTF-8, one document, not nested beyond reason. */
import { ViceError } from "../../../kit/errors.ts";

/** Deeper than any vendor's payload; a guard for everything that walks the document. */
const MAX_DEPTH = 64;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** @throws ViceError `body.not-json`, `body.too-deep` */
export function parseBody(raw: Uint8Array): unknown {
  if (raw.length === 0) throw new ViceError("body.not-json", { problem: "it is empty" });
  let text: string;
  try {
    text = decoder.decode(raw);
  } catch {
    throw new ViceError("body.not-json", { problem: "it is not UTF-8 text" });
  }
  if (tooDeep(text)) throw new ViceError("body.too-deep", { limit: MAX_DEPTH });
  try {
    return JSON.parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message.slice(0, 120) : "it cannot be read";
    throw new ViceError("body.not-json", { problem });
  }
}

/** Counts brackets outside of strings, without building anything. Cheap bodies are not walked at all. */
function tooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
