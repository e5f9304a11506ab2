/** May this version be deployed there now? The answer of the rules, with every reason and what to do about it. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { CanDeploy, Subject } from "../api/rule-types.ts";
import { canDeployQuery } from "../api/rules.ts";
import { Failure } from "../parts/failure.tsx";
import { Icon } from "../parts/icon.tsx";
import { StatusIcon } from "../parts/status-mark.tsx";
import { Waiting } from "../parts/waiting.tsx";

export function CanDeployNow({ about, commit }: { about: Subject; commit: string | null }): ReactElement {
  const answer = useQuery(canDeployQuery(about, commit));
  return (
    <section aria-labelledby="may">
      <h2 id="may">May this be deployed now?</h2>
      {answer.data !== undefined && <Verdict answer={answer.data} />}
      {answer.isError && answer.data === undefined && (
        <Failure error={answer.error} retry={() => answer.refetch()} />
      )}
      {answer.isPending && <Waiting what="the rules" />}
    </section>
  );
}

function Verdict({ answer }: { answer: CanDeploy }): ReactElement {
  const { allowed, reasons, unknown, overridden, service, environment, version } = answer;
  const what = `${service}${version === null ? "" : ` ${version}`} to ${environment}`;
  return (
    <>
      <p className="verdict">
        {allowed ? (
          <StatusIcon status="succeeded" />
        ) : (
          <span className="hold hold-stopped">
            <Icon name="stop" />
          </span>
        )}
        {allowed ? `Go ahead: ${what}` : `Not now: ${what}`}
      </p>
      <ul className="reasons">
        {reasons.map(({ rule, message, hint }) => (
          <li key={`${rule} ${message}`}>
            {message}
            <span className="sub">{hint}</span>
          </li>
        ))}
        {overridden.map(({ message }) => (
          <li key={message}>
            <span className="unknown">Overridden:</span> {message}
          </li>
        ))}
        {unknown.map(({ rule, message }) => (
          <li key={`${rule} ${message}`}>
            <span className="unknown">Not judged:</span> {message}
          </li>
        ))}
      </ul>
    </>
  );
}
