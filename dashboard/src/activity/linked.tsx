/** What an activity came of and what it led to: each by its name, and why the two are thought to belong together. */
import { type ReactElement, useState } from "react";
import { Link } from "wouter";
import type { ActivityDetail, LinkedActivity } from "../api/types.ts";
import { StatusMark } from "../parts/status-mark.tsx";
import { sayReason } from "./say-reason.ts";

/** Of a batch of hundreds the first are enough to see what it is. */
const SHOWN = 10;

export function LinkedActivities({ activity }: { activity: ActivityDetail }): ReactElement | null {
  const { id, causes, effects } = activity;
  if (causes.length + effects.length === 0) return null;
  return (
    <section aria-labelledby="links">
      <h2 id="links">Linked</h2>
      <Group title="Came of" list={causes} />
      <Group title="Led to" list={effects} />
      <p>
        <Link to={`/traces/${id}`}>See them in their trace</Link>
      </p>
    </section>
  );
}

function Group({ title, list }: { title: string; list: readonly LinkedActivity[] }): ReactElement | null {
  const [isWhole, setWhole] = useState(false);
  if (list.length === 0) return null;
  return (
    <>
      <h3>
        {title} {list.length > 1 && <span className="count">{list.length}</span>}
      </h3>
      <ul className="linked">
        {(isWhole ? list : list.slice(0, SHOWN)).map((each) => (
          <Row key={each.id} each={each} />
        ))}
      </ul>
      {!isWhole && list.length > SHOWN && (
        <button type="button" className="linklike" onClick={() => setWhole(true)}>
          Show all {list.length}
        </button>
      )}
    </>
  );
}

function Row({ each: { id, kind, name, status, source, reason } }: { each: LinkedActivity }): ReactElement {
  return (
    <li>
      <StatusMark status={status} />
      <span className="linked-what">
        <Link to={kind === "deployment" ? `/deployments/${id}` : `/activities/${id}`}>{name}</Link>{" "}
        <span className="tag">{kind}</span>
      </span>
      <span className="linked-why">
        {source} · {sayReason(reason)}
      </span>
    </li>
  );
}
