/** The picture of a run: its steps as a graph, each a link to what it did. */
import { type CSSProperties, type ReactElement, useMemo } from "react";
import { Link } from "wouter";
import type { Run, RunStep } from "../api/run-types.ts";
import { GraphPicture, NodeWords } from "../graph/graph-picture.tsx";
import { type GraphNode, type Layout, layOut } from "../graph/layout.ts";
import { StandIcon } from "./stand-mark.tsx";
import { isSettled, standOfStep } from "./stands.ts";
import { Took } from "./took.tsx";

/** A picture of more would not be looked at; the list has them all. */
const MOST_DRAWN = 150;

interface Props {
  run: Run;
  chosen: string | null;
  toStep: (key: string) => string;
}

export function RunGraph({ run, chosen, toStep }: Props): ReactElement | null {
  const layout = useLayout(run);
  if (layout === null) return null;
  const byKey = new Map(run.steps.map((step) => [step.key, step]));
  return (
    <GraphPicture
      label="Graph of the steps"
      layout={layout}
      edge={({ from, to }) => ({ className: edgeClass(byKey.get(from), byKey.get(to)) })}
      node={(key, style) => {
        const step = byKey.get(key);
        return step && <Node step={step} to={toStep(key)} isChosen={key === chosen} style={style} />;
      }}
    />
  );
}

/** The plan of a run never changes: its picture is made once. */
function useLayout({ steps }: Run): Layout | null {
  const plan = JSON.stringify(steps.map(({ key, needs }) => ({ key, needs })));
  return useMemo(
    () => (steps.length > MOST_DRAWN ? null : layOut(JSON.parse(plan) as GraphNode[])),
    [plan, steps.length],
  );
}

interface NodeProps {
  step: RunStep;
  to: string;
  isChosen: boolean;
  style: CSSProperties;
}

function Node({ step, to, isChosen, style }: NodeProps): ReactElement {
  const stand = standOfStep(step);
  return (
    <Link
      to={to}
      replace
      className={`node node-${stand.tone}${step.status === "waiting" ? " node-waiting" : ""}`}
      style={style}
      aria-current={isChosen ? "true" : undefined}
      title={step.key}
    >
      <StandIcon stand={stand} />
      <NodeWords
        name={step.key}
        more={
          <>
            <span className={step.status === "succeeded" ? "hidden" : undefined}>
              {step.asks !== null && step.status === "running" ? "asks" : stand.word}{" "}
            </span>
            {step.startedAt !== null && step.status !== "skipped" && (
              <Took from={step.startedAt} to={step.finishedAt} />
            )}
          </>
        }
      />
    </Link>
  );
}

/** An edge that was gone along is drawn through, one that may be gone along is broken. */
function edgeClass(from: RunStep | undefined, to: RunStep | undefined): string {
  if (from === undefined || to === undefined || !isSettled(from.status)) return "edge-open";
  return to.status === "skipped" || to.status === "canceled" ? "edge-left" : "edge-gone";
}
