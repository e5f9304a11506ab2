/** How a run or a step stands, as colour, shape and word. */
import type { ReactElement } from "react";
import type { Stand } from "./stands.ts";

export function StandIcon({ stand: { tone, shape, word } }: { stand: Stand }): ReactElement {
  const turns = word === "running" ? " st-running" : "";
  return (
    <svg className={`icon tone-${tone}${turns}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shape} />
    </svg>
  );
}

export function StandMark({ stand }: { stand: Stand }): ReactElement {
  return (
    <span className={`status tone-${stand.tone}`}>
      <StandIcon stand={stand} />
      <span className="status-word">{stand.word}</span>
    </span>
  );
}
