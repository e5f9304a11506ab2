/** Runs in the words of every door: a line for each step, and what can be done next. */
import { type DeploymentOutcome, EXIT_OF } from "../../domain/deploy/outcome.ts";
import { isEnded, type RunStatus, type StepStatus } from "../../domain/pipeline/run-state.ts";
import type { TextStyle } from "../../kit/command.ts";
import { count } from "../../kit/count.ts";
import { sayDuration } from "../../kit/duration.ts";
import { table } from "../../kit/table.ts";
import type { RunView } from "./run-view.ts";

export { type RunView, runView, viewOf } from "./run-view.ts";

const COLOURS: Partial<Record<RunStatus | StepStatus, "green" | "red" | "yellow" | "cyan">> = {
  ...{ succeeded: "green", failed: "red", aborted: "red", unknown: "red", running: "cyan" },
  ...{ paused: "yellow", canceling: "yellow", aborting: "yellow", ready: "yellow" },
};

export const paintRun = (text: string, status: RunStatus | StepStatus, style: TextStyle): string => {
  const colour = COLOURS[status];
  return colour === undefined ? text : style.color(colour, text);
};

export const tookOf = (from: string | null, to: string | null, nowMs: number): string =>
  from === null ? "" : sayDuration((to === null ? nowMs : Date.parse(to)) - Date.parse(from));

const sayDetail = ({ error, outputs, attempt, kind, status, waits }: RunView["steps"][number]): string => {
  if (error !== null) return firstLine(error);
  if (waits?.for === "rules" || waits?.for === "run") return `waits: ${waits.why ?? "not allowed yet"}`;
  if (status === "running" && (kind === "approve" || kind === "manual")) return "waits for a person";
  if (kind === "gate") return "";
  if (status === "ready") return `attempt ${attempt} failed; it is tried again`;
  return Object.entries(outputs)
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");
};

/** What a program said at its end has many lines: they are in the log of the step. */
const firstLine = (text: string): string => {
  const [first = "", ...more] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return more.length === 0 ? first : `${first} ...`;
};

export function sayRun(run: RunView, style: TextStyle): string {
  const steps = table(
    run.steps,
    [
      { title: "step", value: ({ key }) => key },
      { title: "kind", value: ({ kind }) => kind },
      {
        title: "status",
        value: ({ status }) => status,
        paint: (text, { status }) => paintRun(text, status, style),
      },
      {
        title: "took",
        value: (step) => tookOf(step.startedAt, step.finishedAt, style.nowMs),
        align: "right",
      },
      { title: "", value: sayDetail, flexible: true },
    ],
    style,
  );
  const took = tookOf(run.startedAt, run.finishedAt, style.nowMs);
  const status = paintRun(run.status, run.status, style);
  const reason = run.reason === null ? "" : `: ${run.reason}`;
  return `${steps}\n\n${run.name} ${status}${reason}${took === "" ? "" : ` (${took})`}, run ${run.id}`;
}

/** The exact next command, where there is one. */
export function nextFor({ id, status, steps }: RunView): string {
  const gates = steps.filter(
    (step) => step.status === "running" && ["approve", "manual"].includes(step.kind),
  );
  if (!isEnded({ status }) && gates.length > 0)
    return gates.map(({ key }) => `It waits for a person: vice auto approve ${id} ${key}`).join("\n");
  const inner = steps.flatMap(({ waits }) => (waits?.for === "run" ? waits.names : []));
  if (!isEnded({ status }) && inner.length > 0)
    return inner.map((run) => `The run that waits: vice auto show ${run}`).join("\n");
  if (status === "paused") return `Go on: vice auto resume ${id} --reason "..."`;
  const wrong = steps.filter((step) => step.status === "failed" || step.status === "unknown");
  const logs = wrong.filter(({ kind }) => kind === "run").slice(0, 3);
  const lost = wrong.filter((step) => step.status === "unknown");
  const said = logs.map(({ key }) => `See why: vice auto log ${id} ${key}`);
  if (lost.length > 0)
    said.push(`${count(lost.length, "step")} may or may not have been done; look before you run it again.`);
  return said.join("\n");
}

const EXITS: Readonly<Record<RunStatus, number>> = {
  ...{ succeeded: 0, failed: 22, aborted: 22, canceled: 130 },
  /** Not ended: it waits for a person, or was left to the server. */
  ...{ planned: 0, running: 0, paused: 23, canceling: 0, aborting: 0 },
};

export function exitOf(run: RunView): number {
  const { status, deployment } = run;
  if (isEnded({ status }) && deployment !== null) return EXIT_OF[deployment.outcome as DeploymentOutcome];
  return status === "running" && nextFor(run) !== "" ? 23 : EXITS[status];
}
