/** Regular expressions that somebody else wrote: each ends in time, and many slow ones together do not hold up a server. */
import { createContext, Script } from "node:vm";

const MATCH_MS = 250;
const LEAST_MS = 10;
/** So long it is remembered that one was slow. */
const REMEMBERED_MS = 10_000;
/** For all patterns of one file. */
const FILE_MS = 1000;

export class TooSlow extends Error {}

interface Asked {
  pattern: string;
  flags: string;
  text: string;
}
// An expression may take years for a text that somebody else chose; in a context of its own it can be ended.
const asked: Asked = { pattern: "", flags: "", text: "" };
let script: Script | null = null;

/** Made when the first one is asked for: most commands never do. */
function made(): Script {
  if (script !== null) return script;
  createContext(asked);
  script = new Script("(() => { const m = new RegExp(pattern, flags).exec(text); return m && [...m]; })()");
  return script;
}

/** @returns the groups, or `null`. @throws TooSlow, SyntaxError */
export function matchInTime(pattern: string, flags: string, text: string, ms = MATCH_MS): string[] | null {
  try {
    Object.assign(asked, { pattern, flags, text });
    const found: unknown = made().runInContext(asked, { timeout: Math.ceil(ms) });
    return found === null ? null : Array.from(found as ArrayLike<unknown>, (each) => String(each ?? ""));
  } catch (error) {
    if (Object(error)["code"] === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      throw new TooSlow(`/${pattern}/ takes too long for this text`, { cause: error });
    throw error;
  }
}

const slow: number[] = [];

/**
 * For the patterns of one file: after the first that is too slow no other is tried, and the more were slow of late the
 * less time each gets. @returns whether it fits; `null` = it takes too long
 */
export function patternsInTime(): (pattern: string, text: string) => boolean | null {
  let isOver = false;
  let spentMs = 0;
  return (pattern, text) => {
    if (isOver) return true;
    const start = performance.now();
    while (slow[0] !== undefined && slow[0] < start - REMEMBERED_MS) slow.shift();
    try {
      if (spentMs > FILE_MS) throw new TooSlow("all of them together");
      return matchInTime(pattern, "u", text, Math.max(LEAST_MS, MATCH_MS / (1 + slow.length))) !== null;
    } catch (error) {
      if (!(error instanceof TooSlow)) throw error;
      isOver = true;
      slow.push(start);
      return null;
    } finally {
      spentMs += performance.now() - start;
    }
  };
}
