/** Makes one spool line of a record, cut so that it is always valid JSON of at most 4 KiB. */
import type { SpoolRecord } from "../../../domain/spool.ts";

/** Equal to `SPOOL_LINE_BYTES` of the domain, which the wrapper may not load; a test compares them. */
export const LINE_BYTES = 4096;
const CUT = "...";
/** No text is longer than this, in characters: whoever reads the line has limits too. */
export const TEXT_LENGTH = 1000;
/** Under this a text is not worth cutting further: it goes. */
const SHORTEST = 24;

/** The line with its newline. Tags give way first (the longest is halved, then dropped), then the other texts. */
export function fitLine(record: SpoolRecord): string {
  let line = lineOf(record);
  if (Buffer.byteLength(line) <= LINE_BYTES) return line;
  const copy: SpoolRecord = { ...record, tags: { ...record.tags } };
  while (Buffer.byteLength(line) > LINE_BYTES) {
    if (!shrinkLongest(copy.tags ?? {}, TAG_KEYS_KEPT) && !shrinkLongest(copy, FIXED)) break;
    line = lineOf(copy);
  }
  return line;
}

const lineOf = (record: SpoolRecord): string => `${JSON.stringify(record, shortText)}\n`;

function shortText(_key: string, value: unknown): unknown {
  return typeof value === "string" && value.length > TEXT_LENGTH
    ? cut(value, TEXT_LENGTH - CUT.length)
    : value;
}

/** Never in the middle of a surrogate pair. */
const cut = (text: string, length: number): string =>
  text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "") + CUT;

const TAG_KEYS_KEPT: ReadonlySet<string> = new Set();
const FIXED: ReadonlySet<string> = new Set(["v", "op", "id", "at", "status", "kind", "traceId", "tags"]);

/** Halves the longest text of an object, or takes it away when it is short or its name is what is long. */
function shrinkLongest(object: object, fixed: ReadonlySet<string>): boolean {
  const texts: Record<string, unknown> = { ...object };
  let longest = "";
  let most = -1;
  for (const [key, value] of Object.entries(texts)) {
    if (fixed.has(key) || value === null || value === undefined || typeof value === "number") continue;
    const size = JSON.stringify(value).length + key.length;
    if (size > most) [longest, most] = [key, size];
  }
  if (most < 0) return false;
  const value = texts[longest];
  const keep = typeof value === "string" && longest.length < 200 && value.length > SHORTEST;
  Reflect.deleteProperty(object, longest);
  if (keep) Reflect.set(object, longest, cut(value, Math.min(value.length, TEXT_LENGTH) >> 1));
  return true;
}
