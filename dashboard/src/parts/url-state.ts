/** State that lives in the address, so that every view can be shared and the back button works. */
import { useCallback, useMemo } from "react";
import { useSearchParams } from "wouter";

export interface UrlState {
  get: (key: string) => string;
  /** Empty values leave the address. Typing replaces the history entry. */
  set: (changes: Record<string, string>) => void;
}

export function useUrlState(): UrlState {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (changes: Record<string, string>) =>
      setParams((before) => mergeParams(before, changes), { replace: true }),
    [setParams],
  );
  return useMemo(() => ({ get: (key: string) => params.get(key) ?? "", set }), [params, set]);
}

export function mergeParams(before: URLSearchParams, changes: Record<string, string>): URLSearchParams {
  const next = new URLSearchParams(before);
  for (const [key, value] of Object.entries(changes)) {
    if (value === "") next.delete(key);
    else next.set(key, value);
  }
  return next;
}

/** A comma-separated list in one parameter. */
export const listOf = (text: string): string[] => (text === "" ? [] : text.split(","));

/** Adds the item when it is missing, takes it away when it is there. */
export function toggleIn(text: string, item: string): string {
  const items = listOf(text);
  return (items.includes(item) ? items.filter((one) => one !== item) : [...items, item]).join(",");
}
