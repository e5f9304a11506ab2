/**
 * The keys of the trace page: those of Jaeger's (packages/jaeger-ui/src/components/TracePage/keyboard-mappings.ts), so
 * that whoever knows them need not learn. The handler and the help read this table.
 */

export type TraceAction =
  | { do: "page"; by: 1 | -1 }
  | { do: "span"; by: 1 | -1 }
  | { do: "pan"; by: number }
  | { do: "zoom"; by: number }
  | { do: "fold"; how: "all" | "none" | "less" | "more" }
  | { do: "search" }
  | { do: "clear" };

export interface TraceKey {
  /** As `KeyboardEvent.key` says it, lower case, `shift+` and `ctrl+` before it. */
  on: readonly string[];
  /** As the help shows them. */
  keys: readonly string[];
  says: string;
  action: TraceAction;
}

/** Shares of what is shown, and factors. */
const PAN = 0.1;
const PAN_FAR = 0.5;
const ZOOM = 0.8;
const ZOOM_FAR = 0.4;

export const TRACE_KEYS: readonly TraceKey[] = [
  { on: ["s"], keys: ["s"], says: "Scroll down", action: { do: "page", by: 1 } },
  { on: ["w"], keys: ["w"], says: "Scroll up", action: { do: "page", by: -1 } },
  { on: ["f"], keys: ["f"], says: "To the next activity in view", action: { do: "span", by: 1 } },
  { on: ["b"], keys: ["b"], says: "To the previous activity in view", action: { do: "span", by: -1 } },
  { on: ["a", "arrowleft"], keys: ["a", "←"], says: "Earlier", action: { do: "pan", by: -PAN } },
  {
    on: ["shift+a", "shift+arrowleft"],
    keys: ["A", "⇧←"],
    says: "Much earlier",
    action: { do: "pan", by: -PAN_FAR },
  },
  { on: ["d", "arrowright"], keys: ["d", "→"], says: "Later", action: { do: "pan", by: PAN } },
  {
    on: ["shift+d", "shift+arrowright"],
    keys: ["D", "⇧→"],
    says: "Much later",
    action: { do: "pan", by: PAN_FAR },
  },
  { on: ["arrowup"], keys: ["↑"], says: "Zoom in", action: { do: "zoom", by: ZOOM } },
  { on: ["shift+arrowup"], keys: ["⇧↑"], says: "Zoom in far", action: { do: "zoom", by: ZOOM_FAR } },
  { on: ["arrowdown"], keys: ["↓"], says: "Zoom out", action: { do: "zoom", by: 1 / ZOOM } },
  { on: ["shift+arrowdown"], keys: ["⇧↓"], says: "Zoom out far", action: { do: "zoom", by: 1 / ZOOM_FAR } },
  { on: ["]"], keys: ["]"], says: "Collapse all", action: { do: "fold", how: "all" } },
  { on: ["["], keys: ["["], says: "Expand all", action: { do: "fold", how: "none" } },
  { on: ["p"], keys: ["p"], says: "Collapse one level", action: { do: "fold", how: "less" } },
  { on: ["o"], keys: ["o"], says: "Expand one level", action: { do: "fold", how: "more" } },
  { on: ["ctrl+b"], keys: ["Ctrl", "b"], says: "Search in the trace", action: { do: "search" } },
  { on: ["escape"], keys: ["Esc"], says: "Clear the search, close the panel", action: { do: "clear" } },
];

interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
}

/** @returns `null` for a key that means nothing here */
export function traceActionFor({ key, shiftKey, ctrlKey }: Pressed): TraceAction | null {
  const isLetter = /^[a-z]$/i.test(key);
  const shift = shiftKey && (isLetter || key.length > 1) ? "shift+" : "";
  const pressed = `${ctrlKey ? "ctrl+" : ""}${shift}${key.toLowerCase()}`;
  return TRACE_KEYS.find(({ on }) => on.includes(pressed))?.action ?? null;
}
