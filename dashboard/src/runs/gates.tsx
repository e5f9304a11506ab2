/** What a run asks people: the question, who has agreed, who may, and the two answers. */
import { type ReactElement, useState } from "react";
import { useMyId } from "../access/use-may.ts";
import type { Run, RunStep } from "../api/run-types.ts";
import { useActorName } from "../rules/use-actor-name.ts";
import { Moment } from "../time/moment.tsx";
import { type Answer, AnswerModal } from "./answer-modal.tsx";
import { StandIcon } from "./stand-mark.tsx";
import { isEnded, standOfStep } from "./stands.ts";
import { Took } from "./took.tsx";

export const isAsking = ({ waits }: RunStep): boolean => waits?.for === "person";

export function Gates({ run, may }: { run: Run; may: boolean }): ReactElement | null {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const asking = isEnded(run.status) ? [] : run.steps.filter(isAsking);
  if (asking.length === 0) return null;
  return (
    <section className="gates" aria-label="What it waits for">
      {asking.map((step) => (
        <Gate key={step.key} run={run} step={step} may={may} answer={(says) => setAnswer({ step, says })} />
      ))}
      {answer !== null && <AnswerModal run={run} answer={answer} close={() => setAnswer(null)} />}
    </section>
  );
}

interface GateProps {
  run: Run;
  step: RunStep;
  may: boolean;
  answer: (says: Answer["says"]) => void;
}

function Gate({ run, step, may, answer }: GateProps): ReactElement {
  const { key, asks, approvals, kind, startedAt, waits } = step;
  const me = useMyId();
  const nameOf = useActorName();
  const isManual = kind === "manual";
  const isMine = kind === "approve" && asks?.self === false && run.actor === me;
  const hasAgreed = approvals.some(({ by }) => by === me);
  return (
    <div className="gate">
      <StandIcon stand={standOfStep(step)} />
      <div className="gate-words">
        <h2>{asks?.note || (isManual ? `${key}: to be signed off` : `${key}: may it go on?`)}</h2>
        {asks !== null && asks.checklist.length > 0 && (
          <ul className="gate-list">
            {asks.checklist.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        )}
        <p className="gate-who">
          {isManual ? "Somebody signs it off" : sayWho(asks?.count ?? 1)}
          {!isManual &&
            asks?.self === false &&
            `, other than ${nameOf({ by: run.actor, byName: run.actorName })} who started it`}
          {approvals.length > 0 && `. Agreed: ${approvals.map(nameOf).join(", ")}`}. Asked for{" "}
          <Took from={startedAt} to={null} />
          {waits?.until != null && (
            <>
              , it fails <Moment at={waits.until} />
            </>
          )}
          .
        </p>
        {isMine && may && (
          <p className="gate-who">
            You started it, so somebody else agrees:{" "}
            <code>
              vice auto approve {run.id} {key}
            </code>
          </p>
        )}
        {hasAgreed && <p className="gate-who">You agreed.</p>}
      </div>
      {may && (
        <div className="gate-answers">
          <button
            type="button"
            className="button primary"
            disabled={isMine || hasAgreed}
            onClick={() => answer("yes")}
          >
            {isManual ? "Sign off" : "Agree"}
            <span className="hidden"> {key}</span>
          </button>
          <button type="button" className="button" onClick={() => answer("no")}>
            Refuse<span className="hidden"> {key}</span>
          </button>
        </div>
      )}
    </div>
  );
}

const sayWho = (count: number): string =>
  count === 1 ? "Somebody with the role approver agrees" : `${count} people with the role approver agree`;
