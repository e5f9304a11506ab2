/** Which key does what: the one table that the handler and the help read. */

export type Action =
  | { do: "search" }
  | { do: "help" }
  | { do: "row"; by: 1 | -1 }
  | { do: "go"; to: string }
  | { do: "wait" };

export interface Binding {
  keys: readonly string[];
  says: string;
  action: Action;
}

export const BINDINGS: readonly Binding[] = [
  { keys: ["/"], says: "Search", action: { do: "search" } },
  { keys: ["?"], says: "Show these keys", action: { do: "help" } },
  { keys: ["j"], says: "Next row", action: { do: "row", by: 1 } },
  { keys: ["k"], says: "Previous row", action: { do: "row", by: -1 } },
  { keys: ["g", "w"], says: "Go to what runs where", action: { do: "go", to: "/" } },
  { keys: ["g", "t"], says: "Go to the timeline", action: { do: "go", to: "/timeline" } },
  { keys: ["g", "x"], says: "Go to traces", action: { do: "go", to: "/traces" } },
  { keys: ["g", "f"], says: "Go to the flow of work", action: { do: "go", to: "/flow" } },
  { keys: ["g", "m"], says: "Go to the map", action: { do: "go", to: "/map" } },
  { keys: ["g", "u"], says: "Go to runs", action: { do: "go", to: "/runs" } },
  { keys: ["g", "s"], says: "Go to sources", action: { do: "go", to: "/sources" } },
  { keys: ["g", "n"], says: "Go to names", action: { do: "go", to: "/names" } },
  { keys: ["g", "r"], says: "Go to rules", action: { do: "go", to: "/rules" } },
  { keys: ["g", "l"], says: "Go to local actions", action: { do: "go", to: "/local" } },
  { keys: ["g", "q"], says: "Go to queries", action: { do: "go", to: "/query" } },
  { keys: ["g", "c"], says: "Go to compare", action: { do: "go", to: "/compare" } },
  { keys: ["g", "d"], says: "Go to dashboards", action: { do: "go", to: "/dashboards" } },
  { keys: ["g", "k"], says: "Go to tokens", action: { do: "go", to: "/tokens" } },
];

/** Keys that the browser or the matrix itself handles; listed in the help only. */
export const ALSO: ReadonlyArray<{ keys: readonly string[]; says: string }> = [
  { keys: ["Enter"], says: "Open the focused row or cell" },
  { keys: ["←", "→", "↑", "↓"], says: "Move between cells of the matrix" },
  { keys: ["p"], says: "Pin the focused row of the matrix" },
  { keys: ["Esc"], says: "Close a dialog, leave the search" },
];

/**
 * @param first the key pressed before, when it could begin a two-key binding; else `null`
 * @returns what to do, `wait` when a second key must follow, `null` when the key means nothing
 */
export function actionFor(first: string | null, key: string): Action | null {
  const pressed = first === null ? [key] : [first, key];
  const exact = BINDINGS.find((binding) => binding.keys.join(" ") === pressed.join(" "));
  if (exact !== undefined) return exact.action;
  if (first !== null) return actionFor(null, key);
  return BINDINGS.some((binding) => binding.keys.length > 1 && binding.keys[0] === key)
    ? { do: "wait" }
    : null;
}
