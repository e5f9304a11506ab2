/** Says yes or no to a step that asks, with what follows from it. */
import { type FormEvent, type ReactElement, useState } from "react";
import type { Run, RunStep } from "../api/run-types.ts";
import { RUNS_REFRESH } from "../api/runs.ts";
import { useCommand } from "../api/use-command.ts";
import { announce } from "../parts/announcer.tsx";
import { FormError } from "../parts/failure.tsx";
import { TextField } from "../parts/field.tsx";
import { Modal } from "../parts/modal.tsx";
import { IN_THE_LOG } from "../rules/reason-modal.tsx";
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
  const [text, setText] = useState("");
  const send = useCommand<object>("auto.approve", RUNS_REFRESH, () => {
    announce(`${isYes ? "Agreed" : "Refused"}: ${step.key}`);
    close();
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    const said = text.trim();
    const about = { run: run.id, step: step.key };
    send.mutate(
      isYes ? { ...about, ...(said !== "" && { note: said }) } : { ...about, refuse: true, reason: said },
    );
  }
  return (
    <Modal title={`${verb}: ${step.asks?.note || step.key}`} close={close}>
      <form className="form" onSubmit={submit}>
        <p className="hint">{isYes ? sayYes(run, step) : sayNo(run, step)}</p>
        {isYes ? (
          <TextField label="Note (optional)" value={text} change={setText} hint={IN_THE_LOG} />
        ) : (
          <TextField label="Reason" value={text} change={setText} required hint={IN_THE_LOG} />
        )}
        <FormError error={send.error} />
        <div className="form-end">
          <button type="button" className="button" onClick={close}>
            Do nothing
          </button>
          <button
            type="submit"
            className="button primary"
            disabled={send.isPending || (!isYes && text.trim() === "")}
          >
            {verb}
          </button>
        </div>
      </form>
    </Modal>
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
