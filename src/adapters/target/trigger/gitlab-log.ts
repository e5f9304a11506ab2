/** The traces of GitLab's jobs as one log: each line with the name of its job, read on where it was left. */
import { z } from "zod";
import { type Api, LOG, textAt } from "./api.ts";
import type { LogPart } from "./vendor.ts";

const cursorSchema = z.record(z.string(), z.strictObject({ at: z.number(), done: z.boolean() }));

const ENDED = new Set(["success", "failed", "canceled", "skipped"]);
/** Folding marks between the lines: `section_start:1560896352:my_section`. */
const SECTION = /section_(start|end):\d+:[^\r\n]*\r/g;

export async function logOfJobs(
  project: string,
  jobs: readonly unknown[],
  text: string | null,
  api: Api,
): Promise<LogPart> {
  const cursor = readCursor(text);
  let told = "";
  for (const job of jobs) {
    const id = textAt(job, "id") ?? "";
    const { at: from, done } = cursor[id] ?? { at: 0, done: false };
    if (done || textAt(job, "started_at") === null) continue;
    const isDone = ENDED.has(textAt(job, "status") ?? "");
    const { status, text: trace } = await api.get(`${project}/jobs/${id}/trace`, LOG);
    const whole = status !== 200 ? "" : isDone ? trace : trace.slice(0, trace.lastIndexOf("\n") + 1);
    const lines = whole.slice(from).replace(SECTION, "").replace(/\n$/, "");
    if (lines !== "")
      told += lines
        .split("\n")
        .map((line) => `${textAt(job, "name") ?? id} | ${line}\n`)
        .join("");
    cursor[id] = { at: Math.max(from, whole.length), done: isDone };
  }
  return { text: told, cursor: JSON.stringify(cursor) };
}

function readCursor(text: string | null): z.infer<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}
