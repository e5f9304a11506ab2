/** The log of a step: it stays at its end as it grows, until somebody scrolls up to read. */
import { type ReactElement, useLayoutEffect, useRef, useState } from "react";
import { CopyButton } from "../parts/copyable.tsx";
import { Failure } from "../parts/failure.tsx";
import { useLog } from "./use-log.ts";

/** So near to the end counts as there, in pixels. */
const NEAR = 24;

interface Props {
  run: string;
  step: string;
  isOver: boolean;
  /** Somebody reads here: it must not go away when another step begins. */
  hold: () => void;
}

export function StepLog({ run, step, isOver, hold }: Props): ReactElement {
  const { text, isCut, isRead, error } = useLog(run, step, isOver);
  const area = useRef<HTMLElement>(null);
  const [follows, setFollows] = useState(true);
  useLayoutEffect(() => {
    const { current } = area;
    // The text is what makes it longer.
    if (follows && current !== null && text !== "") current.scrollTop = current.scrollHeight;
  }, [text, follows]);
  function scrolled(): void {
    const { current } = area;
    if (current === null) return;
    const isAtEnd = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR;
    setFollows(isAtEnd);
    if (!isAtEnd) hold();
  }
  const reachable = { tabIndex: 0 };
  return (
    <div className="log">
      <div className="log-head">
        <h3 className="step-title">Log</h3>
        {!isOver && <span className="hint">{follows ? "follows the end" : "stays where you read"}</span>}
        {!follows && (
          <button type="button" className="button quiet" onClick={() => setFollows(true)}>
            To the end
          </button>
        )}
        {text !== "" && <CopyButton text={text} label={`log of ${step}`} />}
      </div>
      {isCut && (
        <p className="hint">
          What came before is left out here:{" "}
          <code>
            vice auto log {run} {step}
          </code>
        </p>
      )}
      {text !== "" && (
        <section
          ref={area}
          className="log-text"
          aria-label={`Log of ${step}`}
          onScroll={scrolled}
          {...reachable}
        >
          <pre>{text}</pre>
        </section>
      )}
      {text === "" && isRead && (
        <p className="unknown">{isOver ? "It wrote nothing." : "It has written nothing yet."}</p>
      )}
      {error !== null && <Failure error={error} />}
    </div>
  );
}
