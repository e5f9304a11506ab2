/** What a run of GitHub Actions says: each step as it ends, and the whole log of a job when it has ended. */
import { z } from "zod";
import { type Api, LOG, listAt, textAt } from "./api.ts";
import { sayError } from "./follow.ts";
import type { LogPart } from "./vendor.ts";

const cursorSchema = z.record(z.string(), z.strictObject({ steps: z.number(), done: z.boolean() }));

/** Lines begin with their time. */
const TIME = /^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z /gm;

export async function logOfRun(repo: string, run: string, text: string | null, api: Api): Promise<LogPart> {
  const cursor = readCursor(text);
  const { body } = await api.get(`${repo}/actions/runs/${run}/jobs?per_page=100`);
  let told = "";
  for (const job of listAt(body, "jobs")) {
    const id = textAt(job, "id") ?? "";
    const name = textAt(job, "name") ?? id;
    const known = cursor[id] ?? { steps: 0, done: false };
    const steps = listAt(job, "steps").filter((step) => textAt(step, "status") === "completed");
    for (const step of steps.slice(known.steps))
      told += `${name} | ${textAt(step, "name")}: ${textAt(step, "conclusion")}\n`;
    const isDone = textAt(job, "status") === "completed";
    if (isDone && !known.done) told += prefixed(name, await logOfJob(`${repo}/actions/jobs/${id}/logs`, api));
    cursor[id] = { steps: Math.max(known.steps, steps.length), done: known.done || isDone };
  }
  return { text: told, cursor: JSON.stringify(cursor) };
}

/** GitHub answers with the address of a store of its own; the credential stays here. */
async function logOfJob(path: string, api: Api): Promise<string> {
  const { status, text, headers } = await api.get(path, {
    absent: [302, ...LOG.absent],
    maxBytes: LOG.maxBytes,
  });
  if (status === 200) return text;
  const to = headers["location"];
  if (status !== 302 || to === undefined) return "";
  return api.away(to, LOG.maxBytes).catch((error: unknown) => `its log cannot be read: ${sayError(error)}`);
}

const prefixed = (name: string, text: string): string =>
  text === ""
    ? ""
    : text
        .replace(TIME, "")
        .trimEnd()
        .split("\n")
        .map((line) => `${name} | ${line}\n`)
        .join("");

function readCursor(text: string | null): z.infer<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}
