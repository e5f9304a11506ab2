/** The page for an address that leads nowhere. */
import type { ReactElement } from "react";
import { Link } from "wouter";
import { PageHead } from "../parts/page-head.tsx";

export function NotFound(): ReactElement {
  return (
    <div className="page">
      <PageHead title="No such page" lead="The address may be mistyped, or the page has moved." />
      <p>
        <Link to="/">See what runs where</Link> or search with <kbd>/</kbd>.
      </p>
    </div>
  );
}
