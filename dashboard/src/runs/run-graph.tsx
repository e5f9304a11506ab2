/** The picture of a run: its steps as a graph, each a link to what it did. */
import { type ReactElement, useMemo } from "react";
import { Link } from "wouter";
import type { Run, RunStep } from "../api/run-types.ts";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { type GraphStep, type Layout, layOut, pathOf, STEP_HEIGHT, STEP_WIDTH } from "./layout.ts";
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
    <ScrollArea label="Graph of the steps" className="graph-area">
      <div className="graph" style={{ width: layout.width, height: layout.height }}>
        <svg width={layout.width} height={layout.height} aria-hidden="true">
          {layout.edges.map((edge) => (
            <path
              key={`${edge.from} ${edge.to}`}
              d={pathOf(edge)}
              className={`edge ${edgeClass(byKey.get(edge.from), byKey.get(edge.to))}`}
            />
          ))}
        </svg>
        {layout.steps.map(({ key, x, y }) => {
          const step = byKey.get(key);
          if (step === undefined) return null;
          const style = { left: x, top: y, width: STEP_WIDTH, height: STEP_HEIGHT };
          return <Node key={key} step={step} to={toStep(key)} isChosen={key === chosen} style={style} />;
        })}
      </div>
    </ScrollArea>
  );
}

/** The plan of a run never changes: its picture is made once. */
function useLayout({ steps }: Run): Layout | null {
  const plan = JSON.stringify(steps.map(({ key, needs }) => ({ key, needs })));
  return useMemo(
    () => (steps.length > MOST_DRAWN ? null : layOut(JSON.parse(plan) as GraphStep[])),
    [plan, steps.length],
  );
}

interface NodeProps {
  step: RunStep;
  to: string;
  isChosen: boolean;
  style: Record<string, number>;
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
      <span className="node-words">
        <span className="node-name">{step.key}</span>
        <span className="node-more">
          <span className={step.status === "succeeded" ? "hidden" : undefined}>
            {step.asks !== null && step.status === "running" ? "asks" : stand.word}{" "}
          </span>
          {step.startedAt !== null && step.status !== "skipped" && (
            <Took from={step.startedAt} to={step.finishedAt} />
          )}
        </span>
      </span>
    </Link>
  );
}

/** An edge that was gone along is drawn through, one that may be gone along is broken. */
function edgeClass(from: RunStep | undefined, to: RunStep | undefined): string {
  if (from === undefined || to === undefined || !isSettled(from.status)) return "edge-open";
  return to.status === "skipped" || to.status === "canceled" ? "edge-left" : "edge-gone";
}
