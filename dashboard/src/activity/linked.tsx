/** What an activity came of and what it led to: each by its name, and why the two are thought to belong together. */
import { type ReactElement, useState } from "react";
import { Link } from "wouter";
import { useMay } from "../access/use-may.ts";
import type { ActivityDetail, LinkedActivity } from "../api/types.ts";
import { StatusMark } from "../parts/status-mark.tsx";
import { CutModal, LinkModal, type Way } from "./link-modal.tsx";
import { sayReason } from "./say-reason.ts";

/** Of a batch of hundreds the first are enough to see what it is. */
const SHOWN = 10;

export function LinkedActivities({ activity }: { activity: ActivityDetail }): ReactElement {
  const { id, causes, effects } = activity;
  const mayWrite = useMay("write");
  const [isLinking, setLinking] = useState(false);
  const [cut, setCut] = useState<{ other: LinkedActivity; way: Way } | null>(null);
  return (
    <section aria-labelledby="links">
      <h2 id="links">Linked</h2>
      <Group
        title="Came of"
        list={causes}
        cut={mayWrite ? (other) => setCut({ other, way: "cause" }) : null}
      />
      <Group
        title="Led to"
        list={effects}
        cut={mayWrite ? (other) => setCut({ other, way: "effect" }) : null}
      />
      {causes.length + effects.length === 0 && <p className="empty">Nothing is known to belong to it.</p>}
      <p className="linked-end">
        {mayWrite && (
          <button type="button" className="button quiet" onClick={() => setLinking(true)}>
            Link another
          </button>
        )}{" "}
        <Link to={`/traces/${id}`}>See them in their trace</Link>
      </p>
      {isLinking && <LinkModal activity={activity} close={() => setLinking(false)} />}
      {cut !== null && <CutModal activity={activity} {...cut} close={() => setCut(null)} />}
    </section>
  );
}

interface GroupProps {
  title: string;
  list: readonly LinkedActivity[];
  /** `null` = who looks may not. */
  cut: ((other: LinkedActivity) => void) | null;
}

function Group({ title, list, cut }: GroupProps): ReactElement | null {
  const [isWhole, setWhole] = useState(false);
  if (list.length === 0) return null;
  return (
    <>
      <h3>
        {title} {list.length > 1 && <span className="count">{list.length}</span>}
      </h3>
      <ul className="linked">
        {(isWhole ? list : list.slice(0, SHOWN)).map((each) => (
          <Row key={each.id} each={each} cut={cut === null ? null : () => cut(each)} />
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

function Row({
  each: { id, kind, name, status, source, reason },
  cut,
}: {
  each: LinkedActivity;
  cut: (() => void) | null;
}): ReactElement {
  return (
    <li>
      <StatusMark status={status} />
      <span className="linked-what">
        <Link to={kind === "deployment" ? `/deployments/${id}` : `/activities/${id}`}>{name}</Link>{" "}
        <span className="tag">{kind}</span>
      </span>
      <span className="linked-why">
        {source} · {sayReason(reason)}{" "}
        {cut !== null && (
          <button type="button" className="linklike" aria-label={`Cut the link to ${name}`} onClick={cut}>
            Cut
          </button>
        )}
      </span>
    </li>
  );
}
