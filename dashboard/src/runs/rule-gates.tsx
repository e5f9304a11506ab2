/** Steps that wait until the rules allow it, here or in the run that they are: why, and where somebody agrees. */
import type { ReactElement } from "react";
import { Link } from "wouter";
import type { Run, RunStep } from "../api/run-types.ts";
import { Moment } from "../time/moment.tsx";
import { isEnded } from "./stands.ts";

export const isHeld = ({ waits }: RunStep): boolean => waits?.for === "rules" || waits?.for === "run";

export function RuleGates({ run }: { run: Run }): ReactElement | null {
  const held = isEnded(run.status) ? [] : run.steps.filter(isHeld);
  if (held.length === 0) return null;
  return (
    <section className="gates" aria-label="What stands in its way">
      {held.map((step) => (
        <RuleGate key={step.key} step={step} />
      ))}
    </section>
  );
}

function RuleGate({ step: { key, run, waits } }: { step: RunStep }): ReactElement {
  return (
    <div className="gate">
      <div className="gate-words">
        <h2>{key}: waits to be allowed</h2>
        {waits?.why != null && <p>{waits.why}</p>}
        <p className="gate-who">
          <Link to="/rules">Approvals, freezes and locks</Link>
          {run !== null && (
            <>
              {" · "}
              <Link to={`/runs/${run}`}>the run that waits</Link>
            </>
          )}
          {waits?.until != null && (
            <>
              {" · "}
              it fails <Moment at={waits.until} />
            </>
          )}
        </p>
      </div>
    </div>
  );
}
