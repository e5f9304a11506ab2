/** On every page while a cord is pulled: what is stopped, why, by whom, since when, and the way to release it. */
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactElement, Suspense, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { useMay } from "../access/use-may.ts";
import type { Pulled } from "../api/rule-types.ts";
import { andonQuery } from "../api/rules.ts";
import { announce } from "../parts/announcer.tsx";
import { Icon } from "../parts/icon.tsx";
import { formatAbsolute, formatSpan } from "../time/format-time.ts";
import { useNow } from "../time/use-now.ts";
import { sayScope } from "./scope.ts";
import { useActorName } from "./use-actor-name.ts";

const ReleaseModal = lazy(() => import("./release-modal.tsx").then((m) => ({ default: m.ReleaseModal })));

/** So many are told; the page of the rules has the others. */
const SHOWN = 2;

export function LineBanner(): ReactElement | null {
  const pulled = useQuery(andonQuery).data?.items;
  useAnnounced(pulled);
  const [released, setReleased] = useState<Pulled | null>(null);
  if (pulled === undefined || pulled.length === 0) return null;
  const newest = pulled.toReversed();
  return (
    <section className="stopped" aria-label="The line is stopped">
      <ul>
        {newest.slice(0, SHOWN).map((each) => (
          <StoppedLine key={each.id} pulled={each} release={() => setReleased(each)} />
        ))}
      </ul>
      {newest.length > SHOWN && <Link to="/rules">and {newest.length - SHOWN} more</Link>}
      {released !== null && (
        <Suspense>
          <ReleaseModal pulled={released} close={() => setReleased(null)} />
        </Suspense>
      )}
    </section>
  );
}

function StoppedLine({ pulled, release }: { pulled: Pulled; release: () => void }): ReactElement {
  const now = useNow();
  const may = useMay("deploy");
  const nameOf = useActorName();
  const { at, byWhat, reason, scope } = pulled;
  return (
    <li>
      <span className="hold hold-stopped">
        <Icon name="stop" />
      </span>
      <span className="stopped-text">
        <Link to="/rules">The line is stopped for {sayScope(scope)}</Link>: {reason}
        <span className="stopped-by">
          {" "}
          · by {byWhat === "trunk" ? "the red trunk" : nameOf(pulled)} ·{" "}
          <time dateTime={at} title={formatAbsolute(at)}>
            {formatSpan(Math.max(0, now - Date.parse(at)))}
          </time>
        </span>
      </span>
      {may && (
        <button type="button" className="button" onClick={release}>
          Release<span className="hidden"> the line for {sayScope(scope)}</span>
        </button>
      )}
    </li>
  );
}

/** Says what changed since the page was opened; what stood before is read with the page. */
function useAnnounced(pulled: readonly Pulled[] | undefined): void {
  const before = useRef<readonly Pulled[] | null>(null);
  useEffect(() => {
    if (pulled === undefined) return;
    const known = before.current;
    before.current = pulled;
    if (known === null) return;
    const added = pulled.filter(({ id }) => !known.some((each) => each.id === id));
    const gone = known.filter(({ id }) => !pulled.some((each) => each.id === id));
    const said = [
      ...added.map(({ scope, reason }) => `The line is stopped for ${sayScope(scope)}: ${reason}`),
      ...gone.map(({ scope }) => `The line goes on for ${sayScope(scope)}`),
    ];
    if (said.length > 0) announce(said.join(". "));
  }, [pulled]);
}
