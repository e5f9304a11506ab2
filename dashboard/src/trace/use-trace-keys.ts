/** Listens for the keys of the trace page; keys typed into a field stay there. */
import { useEffect, useRef } from "react";
import { type TraceAction, traceActionFor } from "./trace-keys.ts";

/** Keys that mean something else where the focus is: on a slider, in a list that one chooses from. */
const HOLDS_ARROWS = '[role="slider"], select, input, textarea';

export function useTraceKeys(perform: (action: TraceAction) => void): void {
  const latest = useRef(perform);
  useEffect(() => {
    latest.current = perform;
  }, [perform]);
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      // The keys of the whole page come first: the second key of "g s" scrolls nothing.
      if (event.defaultPrevented || event.metaKey || event.altKey) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const action = traceActionFor(event);
      if (action === null || (isHeld(event.target) && action.do !== "search")) return;
      event.preventDefault();
      latest.current(action);
    }
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

const isHeld = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest(HOLDS_ARROWS) !== null;
