/** Tells the log of the other side line by line, as it grows, without what is secret. */
import type { Api } from "./api.ts";
import type { Following } from "./following.ts";
import type { Started } from "./vendor.ts";

export interface LogTeller {
  /** @returns whether there was more; trouble with a log is told once and ends nothing */
  tell(started: Started, api: Api): Promise<boolean>;
  /** What came without an end of line. */
  end(): void;
}

const LONGEST_LINE = 4000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are told colours by them
const ESCAPES = /\x1b\[[0-9;?]*[A-Za-z]/g;

/** First without secrets, then cut: half a secret is known by nobody who masks it. */
export const plainLine = (line: string, mask: (text: string) => string): string =>
  mask((line.split("\r").at(-1) ?? "").replace(ESCAPES, "")).slice(0, LONGEST_LINE);

export function logTeller({ vendor, ask, mask, cursor: first, onCursor }: Following): LogTeller {
  let cursor = first;
  let rest = "";
  let isTroubled = false;
  const say = (line: string): void => ask.log(plainLine(line, mask));
  return {
    tell: async (started, api) => {
      try {
        const part = await vendor.log(started, ask, cursor, api);
        if (part.cursor !== cursor) onCursor(part.cursor);
        cursor = part.cursor;
        if (part.text === "") return false;
        const lines = (rest + part.text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) say(line.replace(/\r$/, ""));
        return true;
      } catch (error) {
        if (!isTroubled)
          ask.log(`its log cannot be read: ${error instanceof Error ? error.message : String(error)}`);
        isTroubled = true;
        return false;
      }
    },
    end: () => {
      if (rest !== "") say(rest);
      rest = "";
    },
  };
}
