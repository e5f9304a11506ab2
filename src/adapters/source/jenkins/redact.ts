/** Takes secrets out of Jenkins deliveries: values of parameters that are named like one, passwords in addresses. */
import { isSecretName } from "../parameters.ts";

const HIDDEN = "[hidden]";
const MAX_DEPTH = 100;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `https://user:token@git.example.com/...` -> `https://git.example.com/...`, anywhere in a text. */
const withoutPassword = (text: string): string => text.replace(/(https?:\/\/)[^/\s:@]+:[^/\s@]+@/gi, "$1");

function hidden(parameters: Record<string, unknown>, depth: number): Record<string, unknown> {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name,
    isSecretName(name) && value !== null ? HIDDEN : redact(value, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

/** A copy in which parameters named like secrets are hidden; the same object when there is nothing to hide. */
export function redact(body: unknown, depth = 0): unknown {
  if (typeof body === "string") return withoutPassword(body);
  if (typeof body !== "object" || body === null) return body;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(body)) {
    const items = body.map((item) => redact(item, depth + 1));
    return items.every((item, at) => item === body[at]) ? body : items;
  }
  const entries = Object.entries(body).map(([key, value]) => [
    key,
    value,
    key === "parameters" && isRecord(value) ? hiddenIfNeeded(value, depth) : redact(value, depth + 1),
  ]);
  if (entries.every(([, before, after]) => before === after)) return body;
  return Object.fromEntries(entries.map(([key, , after]) => [key, after]));
}

function hiddenIfNeeded(parameters: Record<string, unknown>, depth: number): Record<string, unknown> {
  const after = hidden(parameters, depth);
  return Object.entries(parameters).every(([name, value]) => after[name] === value) ? parameters : after;
}
