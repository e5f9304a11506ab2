/** Takes secrets out of a stream of text, in every form that programs write them in, also across the borders of chunks. */
import { finderOf, type Range } from "./find-forms.ts";
import { formsOf } from "./secret-forms.ts";

const HIDDEN = "***";

export interface Mask {
  text: (text: string) => string;
  /** What can be told of what came so far; what may be the beginning of a secret waits. */
  push: (chunk: string) => string;
  end: () => string;
}

export function maskOf(secrets: readonly string[]): Mask {
  const forms = formsOf(secrets);
  if (forms.length === 0) return { text: same, push: same, end: () => "" };
  const finder = finderOf(forms);
  let kept = "";
  /** So much of the beginning of what is kept is hidden already, and the sign for it is told. */
  let hidden = 0;
  const tell = (text: string, until: number): string => {
    const ranges = finder.find(text);
    const told = without(text, ranges, hidden, until);
    const last = ranges.findLast(({ from }) => from < until);
    hidden = Math.max(0, (last?.to ?? 0) - until, hidden - until);
    kept = text.slice(until);
    return told;
  };
  return {
    text: (text) => without(text, finder.find(text), 0, text.length),
    push: (chunk) => {
      const text = kept + chunk;
      return tell(text, finder.beginning(text));
    },
    end: () => tell(kept, kept.length),
  };
}

const same = (text: string): string => text;

/** @param hidden so much of the beginning is told already */
function without(text: string, ranges: readonly Range[], hidden: number, until: number): string {
  let told = "";
  let at = Math.min(hidden, until);
  for (const { from, to } of ranges) {
    if (from >= until) break;
    if (to <= at) continue;
    if (from >= at) told += text.slice(at, from) + HIDDEN;
    at = Math.min(to, until);
  }
  return told + text.slice(at, until);
}
