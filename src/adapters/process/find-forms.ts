/** Finds many texts in a text at once, by looking at few of its characters (after Wu and Manber). */

/** From the first character to the one behind the last. */
export interface Range {
  from: number;
  to: number;
}

export interface Finder {
  /** In order, none touching another. */
  find: (text: string) => Range[];
  /** Where at the end something stands that may become one of them; the length of the text when nothing does. */
  beginning: (text: string) => number;
}

const SLOTS = 0x10000;
/** More than this is not looked at of each to find it. */
const MOST_WINDOW = 24;

const slotOf = (first: number, second: number): number => ((first << 8) ^ second) & (SLOTS - 1);

/** @param forms at least one, each with at least two characters */
export function finderOf(forms: readonly string[]): Finder {
  const lengths = forms.map((form) => form.length);
  const longest = Math.max(...lengths);
  const window = Math.min(MOST_WINDOW, ...lengths);
  // How far the window may move when it ends with these two characters.
  const shifts = new Uint8Array(SLOTS).fill(window - 1);
  const byEnd = new Map<number, string[]>();
  const byStart = new Map<number, string[]>();
  for (const form of forms) {
    for (let at = 1; at < window; at += 1) {
      const slot = slotOf(form.charCodeAt(at - 1), form.charCodeAt(at));
      shifts[slot] = Math.min(shifts[slot] ?? 0, window - 1 - at);
      if (at === window - 1) add(byEnd, slot, form);
    }
    add(byStart, form.charCodeAt(0), form);
  }
  for (const list of byEnd.values()) list.sort((a, b) => b.length - a.length);
  return {
    find: (text) => {
      const ranges: Range[] = [];
      let at = window - 1;
      while (at < text.length) {
        const slot = slotOf(text.charCodeAt(at - 1), text.charCodeAt(at));
        const shift = shifts[slot] ?? 0;
        if (shift === 0) {
          const from = at - window + 1;
          const found = byEnd.get(slot)?.find((form) => text.startsWith(form, from));
          if (found !== undefined) join(ranges, from, from + found.length);
        }
        at += shift || 1;
      }
      return ranges;
    },
    beginning: (text) => {
      for (let from = Math.max(0, text.length - longest + 1); from < text.length; from += 1) {
        const some = byStart.get(text.charCodeAt(from));
        if (some?.some((form) => beginsAt(text, from, form)) === true) return from;
      }
      return text.length;
    },
  };
}

function add<K>(lists: Map<K, string[]>, key: K, form: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [form]);
  else list.push(form);
}

/** Those found come in the order of their beginning. */
function join(ranges: Range[], from: number, to: number): void {
  const last = ranges.at(-1);
  if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
  else ranges.push({ from, to });
}

/** Whether all that is there of the text fits the form, which goes on behind it. */
function beginsAt(text: string, from: number, form: string): boolean {
  const length = text.length - from;
  if (length >= form.length) return false;
  for (let at = 0; at < length; at += 1) if (text.charCodeAt(from + at) !== form.charCodeAt(at)) return false;
  return true;
}
