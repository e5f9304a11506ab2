/** Listens to the keyboard for the whole page; keys typed into a field stay there. */
import { useEffect } from "react";
import { useLocation } from "wouter";
import { type Action, actionFor } from "./bindings.ts";
import { moveRow } from "./move-row.ts";

/** How long a first key (`g`) waits for its second, in milliseconds. */
const CHORD_MS = 1_200;

export function useKeys(showHelp: () => void): void {
  const [, navigate] = useLocation();
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const before = first !== null && event.timeStamp - first.at < CHORD_MS ? first.key : null;
      const action = actionFor(before, event.key);
      first = action?.do === "wait" ? { key: event.key, at: event.timeStamp } : null;
      if (action === null) return;
      event.preventDefault();
      perform(action, navigate, showHelp);
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, showHelp]);
}

function perform(action: Action, navigate: (to: string) => void, showHelp: () => void): void {
  if (action.do === "search") document.getElementById("search")?.focus();
  if (action.do === "help") showHelp();
  if (action.do === "row") moveRow(action.by);
  if (action.do === "go") navigate(action.to);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox" && target.type !== "radio";
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
