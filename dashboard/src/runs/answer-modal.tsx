/** Says yes or no to a step that asks, with what follows from it. */
import type { ReactElement } from "react";
import type { Run, RunStep } from "../api/run-types.ts";
import { RunModal } from "./run-modal.tsx";
import { isSettled } from "./stands.ts";

export interface Answer {
  step: RunStep;
  says: "yes" | "no";
}

export function AnswerModal({
  run,
  answer,
  close,
}: {
  run: Run;
  answer: Answer;
  close: () => void;
}): ReactElement {
  const { step, says } = answer;
  const isYes = says === "yes";
  const verb = !isYes ? "Refuse" : step.kind === "manual" ? "Sign off" : "Agree";
  const about = { run: run.id, step: step.key };
  return (
    <RunModal
      title={`${verb}: ${step.asks?.note || step.key}`}
      says={isYes ? sayYes(run, step) : sayNo(run, step)}
      verb={verb}
      command="auto.approve"
      asks={isYes ? "note" : "reason"}
      input={(text) =>
        isYes ? { ...about, ...(text !== "" && { note: text }) } : { ...about, refuse: true, reason: text }
      }
      done={`${isYes ? "Agreed" : "Refused"}: ${step.key}`}
      close={close}
    />
  );
}

function sayYes({ steps }: Run, { key, asks, approvals }: RunStep): string {
  const missing = (asks?.count ?? 1) - approvals.length - 1;
  if (missing > 0) return `${missing} more must agree before it goes on.`;
  const open = new Set(steps.filter(({ status }) => !isSettled(status)).map((step) => step.key));
  const next = steps.filter(
    ({ needs }) => needs.includes(key) && needs.every((need) => need === key || !open.has(need)),
  );
  return next.length === 0 ? "It goes on." : `Then begins: ${next.map((step) => step.key).join(", ")}.`;
}

function sayNo({ steps }: Run, { key }: RunStep): string {
  const after = steps.filter(({ needs }) => needs.includes(key)).map((step) => step.key);
  const left =
    after.length === 0 ? "" : ` ${after.join(", ")} will not be done, unless a condition says otherwise.`;
  return `The step has failed then.${left}`;
}
