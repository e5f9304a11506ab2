/** Sends a hand-written delivery of this source through the real intake. */
import type { ReactElement } from "react";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";

interface TestResult {
  delivery: string;
  outcome: string;
  activities: string[];
}

const REFRESH = ["sources", "deliveries", "status", "names", "facets"];

export function TestButton({ source, instance }: { source: string; instance: string | null }): ReactElement {
  const test = useCommand<object, TestResult>("source.test", REFRESH, ({ outcome }) =>
    announce(`Test ${outcome}`),
  );
  const said = test.isError ? test.error.message : test.data?.outcome;
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={test.isPending}
        onClick={() => test.mutate(instance === null ? { source } : { source, instance })}
      >
        Send a test
      </button>
      {said !== undefined && (
        <span className={test.isError ? "sub sub-bad" : "sub"}>{test.isError ? said : `Test ${said}`}</span>
      )}
    </>
  );
}
