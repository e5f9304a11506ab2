/** How an activity went, and what people corrected. */
import { type ReactElement, useState } from "react";
import type { ActivityDetail, HistoryEntry } from "../api/types.ts";
import { StatusIcon } from "../parts/status-mark.tsx";
import { formatDuration } from "../time/format-time.ts";
import { Moment } from "../time/moment.tsx";
import { statusOfStep } from "./step-status.ts";

/** A ticket that moved for years: how it began and how it stands are at the two ends. */
const LATEST = 30;

export function Transitions({ activity }: { activity: ActivityDetail }): ReactElement {
  const { transitions } = activity;
  const [isWhole, setWhole] = useState(false);
  const hidden = isWhole ? 0 : Math.max(0, transitions.length - LATEST - 1);
  return (
    <section aria-labelledby="went">
      <h2 id="went">How it went</h2>
      <ol className="went">
        {transitions.map((step, index) =>
          index > 0 && index <= hidden ? null : (
            <li key={`${step.step} ${step.at} ${step.deliveryId}`}>
              <StatusIcon status={statusOfStep(step.step)} />
              <span className="went-step">{step.step}</span>
              <Moment at={step.at} focusable />
              <span className="went-after tabular">{sinceBefore(transitions[index - 1]?.at, step.at)}</span>
              {!step.verified && <span className="tag">not verified</span>}
            </li>
          ),
        )}
      </ol>
      {hidden > 0 && (
        <button type="button" className="linklike" onClick={() => setWhole(true)}>
          Show the {hidden} between the first and the latest
        </button>
      )}
    </section>
  );
}

function sinceBefore(before: string | undefined, at: string): string {
  if (before === undefined) return "";
  const ms = Date.parse(at) - Date.parse(before);
  return ms > 0 ? `+ ${formatDuration(ms)}` : "";
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
