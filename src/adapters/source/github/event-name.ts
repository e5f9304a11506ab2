/** Which GitHub event a delivery is: by its header, and where a proxy has dropped that, by its shape. */
import { text } from "../shaping.ts";

/** First fitting line wins: an event with these keys and none of those. */
const SHAPES: ReadonlyArray<readonly [name: string, keys: readonly string[], not: readonly string[]]> = [
  ["ping", ["zen", "hook_id"], []],
  ["deployment_status", ["deployment_status", "deployment"], []],
  ["workflow_job", ["workflow_job"], []],
  ["deployment_review", ["workflow_run", "since"], []],
  ["deployment", ["deployment"], []],
  ["pull_request", ["pull_request", "number"], ["review", "comment", "thread"]],
  ["pull_request_review", ["pull_request", "review"], ["comment"]],
  ["issues", ["issue", "action"], ["comment"]],
  ["workflow_run", ["workflow_run", "workflow"], []],
  ["release", ["release", "action"], []],
  ["push", ["ref", "before", "after"], []],
];

const has = (body: Readonly<Record<string, unknown>>, key: string): boolean =>
  Object.hasOwn(body, key) && body[key] !== null && body[key] !== undefined;

/** @returns the name as GitHub writes it (`deployment_status`), or `null` */
export function eventName(
  headers: Readonly<Record<string, string>>,
  body: Readonly<Record<string, unknown>>,
): string | null {
  const named = text(headers["x-github-event"], 100);
  if (named !== null) return named.toLowerCase();
  const shape = SHAPES.find(
    ([, keys, not]) => keys.every((key) => has(body, key)) && !not.some((key) => has(body, key)),
  );
  return shape?.[0] ?? null;
}
