/** What is different about these? What the chosen pieces of work have more often than the rest, ranked, in words. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useId } from "react";
import type { Difference } from "../../../src/domain/differences/rank.ts";
import type { DifferencesAnswer } from "../api/piece-types.ts";
import { differencesQuery } from "../api/work.ts";
import { Failure } from "../parts/failure.tsx";
import { Waiting } from "../parts/waiting.tsx";

/** What may be asked about. */
export interface Subject {
  key: string;
  label: string;
  params: Record<string, string>;
}

interface Props {
  subjects: readonly Subject[];
  asked: Subject;
  ask: (key: string) => void;
  close: () => void;
}

const SHOWN = 12;

export function DifferencesPanel({ subjects, asked, ask, close }: Props): ReactElement {
  const answer = useQuery(differencesQuery(asked.params));
  const title = useId();
  return (
    <section className="differences" aria-labelledby={title}>
      <div className="differences-head">
        <h2 id={title}>What is different about these?</h2>
        <button type="button" className="button quiet" onClick={close}>
          Close
        </button>
      </div>
      <fieldset className="segments" aria-label="About which">
        {subjects.map(({ key, label }) => (
          <button key={key} type="button" aria-pressed={key === asked.key} onClick={() => ask(key)}>
            {label}
          </button>
        ))}
      </fieldset>
      {answer.isPending && <Waiting what="what is different" />}
      {answer.isError && <Failure error={answer.error} retry={() => answer.refetch()} />}
      {answer.data !== undefined && <Answer answer={answer.data} />}
    </section>
  );
}

function Answer({ answer }: { answer: DifferencesAnswer }): ReactElement {
  const { odd, rest, days, sampled, items, title, method } = answer;
  return (
    <>
      <p role="status">
        <strong>{title}.</strong>
      </p>
      <p className="quiet-text">
        {odd} of these against {rest} others of {days} days
        {sampled && ", of the newest 20,000 activities"}.
      </p>
      {odd > 0 && rest === 0 && (
        <p>There is nothing to compare them with: choose fewer, or look further back.</p>
      )}
      {odd > 0 && rest > 0 && items.length === 0 && <p>Nothing that is known stands out.</p>}
      <ol className="difference-list">
        {items.slice(0, SHOWN).map((item) => (
          <Row key={`${item.key}=${item.value}`} item={item} odd={odd} rest={rest} />
        ))}
      </ol>
      <details className="method">
        <summary>How this is found</summary>
        <p>{method}.</p>
      </details>
    </>
  );
}

function Row({ item, odd, rest }: { item: Difference; odd: number; rest: number }): ReactElement {
  return (
    <li>
      <p className="difference-what">
        <span>
          {item.key} <strong>{item.value}</strong>
          {item.also.length > 0 && (
            <span className="quiet-text" title={item.also.join("\n")}>
              {" "}
              also {item.also.slice(0, 2).join(", ")}
              {item.also.length > 2 && ` and ${item.also.length - 2} more`}
            </span>
          )}
        </span>
        <span className={item.isClear ? "tag clear" : "tag"}>{item.isClear ? "clear" : "may be luck"}</span>
      </p>
      <Share label="these" many={item.odd} of={odd} isOdd />
      <Share label="the rest" many={item.rest} of={rest} />
    </li>
  );
}

function Share({
  label,
  many,
  of,
  isOdd = false,
}: {
  label: string;
  many: number;
  of: number;
  isOdd?: boolean;
}): ReactElement {
  return (
    <p className="share">
      <span className={isOdd ? "share-bar odd" : "share-bar"} aria-hidden="true">
        <span style={{ width: `${of === 0 ? 0 : (100 * many) / of}%` }} />
      </span>
      <span>{sayShare(many, of, label)}</span>
    </p>
  );
}

/** `all 8 of these`, `none of the rest`, `3 of 40 of the rest (8 %)`. */
export function sayShare(many: number, of: number, label: string): string {
  if (many === 0) return `none of ${label}`;
  if (many === of) return `all ${of} of ${label}`;
  const share = (100 * many) / of;
  return `${many} of ${of} of ${label} (${share < 1 ? "< 1" : Math.min(99, Math.round(share))} %)`;
}
