/** Sends a hand-written delivery of this source through the real intake, and leads to what became of it. */
import type { ReactElement } from "react";
import { Link } from "wouter";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { StatusIcon } from "../parts/status-mark.tsx";

interface TestResult {
  delivery: string;
  outcome: string;
  reason?: string | null;
  activities: string[];
}

const REFRESH = ["sources", "deliveries"];

export function TestButton({ source, instance }: { source: string; instance: string | null }): ReactElement {
  const test = useCommand<object, TestResult>("source.test", REFRESH, (result) =>
    announce(sayOutcome(result)),
  );
  return (
    <div className="test">
      <button
        type="button"
        className="button"
        disabled={test.isPending}
        onClick={() => test.mutate(instance === null ? { source } : { source, instance })}
      >
        Send a test
      </button>
      {test.isError && <span className="sub sub-bad">{test.error.message}</span>}
      {test.data !== undefined && <Outcome result={test.data} />}
    </div>
  );
}

const arrived = ({ outcome }: TestResult): boolean => outcome === "accepted" || outcome === "duplicate";

function sayOutcome(result: TestResult): string {
  if (result.outcome === "accepted") return "Test arrived";
  if (result.outcome === "duplicate") return "Test arrived again";
  return `Test ${result.outcome}${result.reason ? `: ${result.reason}` : ""}`;
}

function Outcome({ result }: { result: TestResult }): ReactElement {
  const [id] = result.activities;
  const ok = arrived(result);
  return (
    <span className={ok ? "sub test-arrived" : "sub sub-bad"}>
      {ok && <StatusIcon status="succeeded" />} {sayOutcome(result)}
      {ok && id !== undefined && (
        <>
          {" · "}
          <Link to={`/activities/${id}`}>see it</Link>
        </>
      )}
    </span>
  );
}
