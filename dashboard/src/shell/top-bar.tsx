/** The top bar: name, pages, search, live mark, theme, help, who is signed in. */
import { type ReactElement, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Me } from "../api/types.ts";
import { HelpModal } from "../keys/help-modal.tsx";
import { useKeys } from "../keys/use-keys.ts";
import { Icon } from "../parts/icon.tsx";
import { LiveMark } from "./live-mark.tsx";
import { SearchBox } from "./search-box.tsx";
import { nextTheme, useTheme } from "./theme.ts";
import { Who } from "./who.tsx";

const PAGES = [
  { to: "/", label: "What runs where" },
  { to: "/timeline", label: "Timeline" },
  { to: "/traces", label: "Traces" },
  { to: "/flow", label: "Flow" },
  { to: "/map", label: "Map" },
  { to: "/runs", label: "Runs" },
  { to: "/dashboards", label: "Dashboards" },
  { to: "/rules", label: "Rules" },
  { to: "/sources", label: "Sources" },
  { to: "/names", label: "Names" },
  { to: "/local", label: "Local actions" },
  { to: "/query", label: "Query" },
] as const;

export function TopBar({ me, demo }: { me: Me; demo: boolean }): ReactElement {
  const [help, setHelp] = useState(false);
  useKeys(() => setHelp(true));
  return (
    <header className="bar">
      <Link to="/" className="brand" aria-label="vice, what runs where">
        <img src="/favicon.svg" alt="" width="20" height="20" />
        vice
      </Link>
      {demo && (
        <span className="demo" title="Data of an invented company">
          demo
        </span>
      )}
      <PageLinks />
      <SearchBox />
      <div className="bar-end">
        <LiveMark />
        <ThemeButton />
        <button
          type="button"
          className="button quiet square keys-help"
          aria-label="Help: keys"
          aria-keyshortcuts="?"
          title="Keys (?)"
          onClick={() => setHelp(true)}
        >
          <Icon name="help" />
        </button>
        <Who me={me} />
      </div>
      {help && <HelpModal close={() => setHelp(false)} />}
    </header>
  );
}

function PageLinks(): ReactElement {
  const [path] = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen the links scroll sideways: the one of this page must be among those that show.
  useEffect(() => {
    const link = nav.current?.querySelector(`[href="${CSS.escape(path)}"]`);
    link?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [path]);
  return (
    <nav className="pages" aria-label="Pages" ref={nav}>
      {PAGES.map(({ to, label }) => (
        <Link key={to} to={to} aria-current={path === to ? "page" : undefined}>
          {label}
        </Link>
      ))}
    </nav>
  );
}

function ThemeButton(): ReactElement {
  const [theme, choose] = useTheme();
  const icon = theme === "system" ? "system" : theme === "light" ? "sun" : "moon";
  return (
    <button
      type="button"
      className="button quiet square"
      aria-label={`Theme: ${theme}. Change`}
      title={`Theme: ${theme}`}
      onClick={() => choose(nextTheme(theme))}
    >
      <Icon name={icon} />
    </button>
  );
}
