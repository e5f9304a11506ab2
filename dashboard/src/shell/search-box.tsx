/** The search of the top bar: filters what runs where as one types; an id opens its page. */
import { type ReactElement, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { moveRow } from "../keys/move-row.ts";
import { Icon } from "../parts/icon.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { isId, isWork, searchTarget } from "./search-target.ts";

export function SearchBox(): ReactElement {
  const [path, navigate] = useLocation();
  const url = useUrlState();
  const inAddress = path === "/" ? url.get("q") : "";
  const [text, setText] = useState(inAddress);
  const typed = useRef(inAddress);
  useEffect(() => {
    if (inAddress === typed.current) return;
    typed.current = inAddress;
    setText(inAddress);
  }, [inAddress]);

  function change(next: string): void {
    setText(next);
    if (path !== "/" || isId(next)) return;
    typed.current = next;
    url.set({ q: next });
  }
  return (
    <form
      className="search"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = text.trim();
        if (wanted === "") return;
        if (path === "/" && !isId(wanted) && !isWork(wanted)) moveRow(1);
        else navigate(searchTarget(wanted));
      }}
    >
      <Icon name="search" />
      <input
        id="search"
        type="search"
        placeholder="Service, commit, #15, SHOP-12"
        aria-label="Search services, environments, versions, or an id"
        aria-keyshortcuts="/"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <span className="key" aria-hidden="true">
        /
      </span>
    </form>
  );
}
