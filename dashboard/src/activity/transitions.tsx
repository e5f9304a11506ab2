/** How an activity went, what it is linked to, and what people corrected. */
import type { ReactElement } from "react";
import { Link } from "wouter";
import type { ActivityDetail, HistoryEntry } from "../api/types.ts";
import { StatusIcon } from "../parts/status-mark.tsx";
import { formatDuration } from "../time/format-time.ts";
import { Moment } from "../time/moment.tsx";
import { statusOfStep } from "./step-status.ts";

export function Transitions({ activity }: { activity: ActivityDetail }): ReactElement {
  const { transitions } = activity;
  return (
    <section aria-labelledby="went">
      <h2 id="went">How it went</h2>
      <ol className="went">
        {transitions.map((step, index) => (
          <li key={`${step.step} ${step.at} ${step.deliveryId}`}>
            <StatusIcon status={statusOfStep(step.step)} />
            <span className="went-step">{step.step}</span>
            <Moment at={step.at} focusable />
            <span className="went-after tabular">{sinceBefore(transitions[index - 1]?.at, step.at)}</span>
            {!step.verified && <span className="tag">not verified</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function sinceBefore(before: string | undefined, at: string): string {
  if (before === undefined) return "";
  const ms = Date.parse(at) - Date.parse(before);
  return ms > 0 ? `+ ${formatDuration(ms)}` : "";
}

export function Links({ links }: { links: ActivityDetail["links"] }): ReactElement | null {
  if (links.length === 0) return null;
  return (
    <section aria-labelledby="links">
      <h2 id="links">Linked</h2>
      <ul className="plain">
        {links.map(({ to, reason }) => (
          <li key={`${to} ${reason}`}>
            <Link to={`/activities/${to}`}>
              <code>{to.slice(0, 13)}…</code>
            </Link>{" "}
            {reason}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function History({ history }: { history: readonly HistoryEntry[] }): ReactElement | null {
  if (history.length === 0) return null;
  return (
    <section aria-labelledby="history">
      <h2 id="history">Corrections</h2>
      <ul className="plain">
        {history.map(({ type, at, actor, reason }) => (
          <li key={`${type} ${at}`}>
            {type} <Moment at={at} focusable /> by {actor ?? "someone"}
            {reason !== null && <>: {reason}</>}
          </li>
        ))}
      </ul>
    </section>
  );
}
