/** What checks look into answers with: JSONPath without scripts, regular expressions with a time limit. */
import { JSONPath } from "jsonpath-plus";
import type { Seen, Tools } from "../../domain/verify/expect.ts";
import { matchInTime, TooSlow } from "../../kit/match-in-time.ts";

/** Without JSON Schema, which is loaded only where one is asked for. */
export const tools: Tools = {
  at: (path, json) => {
    if (path === "$") return { values: [json] };
    if (typeof json !== "object" || json === null) return { values: [] };
    try {
      const found: unknown = JSONPath({ path, json, eval: false, wrap: true });
      return { values: Array.isArray(found) ? found : [] };
    } catch (error) {
      return { problem: `no JSONPath that is understood: ${saidBy(error)}` };
    }
  },
  match: (pattern, text) => {
    try {
      return matchInTime(pattern, "m", text);
    } catch (error) {
      throw error instanceof TooSlow ? error : new Error(`/${pattern}/: ${saidBy(error)}`);
    }
  },
  misfit: () => null,
};

export const saidBy = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What was seen of a text alone. */
export function seenText(text: string, durationMs: number, more: Partial<Seen> = {}): Seen {
  return { text, json: jsonOf(text), headers: {}, cookies: {}, outputs: {}, durationMs, ...more };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // most answers are none
  }
}
