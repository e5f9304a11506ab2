/** The log of the server on stderr: JSON for programs, lines that read well for a person at a terminal. */
import pino, { type Logger } from "pino";
import type { OutputStream } from "../doors/cli/cli-options.ts";
import { type Paint, paintFor } from "../doors/cli/output/paint.ts";
import { printable } from "../kit/table.ts";
import type { Env } from "./config/server-config.ts";

export const LOG_FORMS = ["json", "text"] as const;
export type LogForm = (typeof LOG_FORMS)[number];

/** @param form `undefined` = text on a terminal, else JSON */
export function serverLog(env: Env, stderr: OutputStream, form?: LogForm): Logger {
  const level = env["VICE_LOG_LEVEL"] ?? "info";
  const chosen = form ?? (stderr.isTTY === true ? "text" : "json");
  if (chosen === "json") return pino({ level }, pino.destination({ dest: 2, sync: true }));
  const color = paintFor(stderr, env, true);
  return pino({ level }, { write: (line: string) => void stderr.write(`${logLine(line, color)}\n`) });
}

const COLORS: Readonly<Record<string, Parameters<Paint>[0]>> = { warn: "yellow", error: "red", fatal: "red" };
/** The same in every line of one process. */
const LEFT_OUT = new Set(["level", "time", "pid", "hostname", "msg", "err"]);

/** `12:28:38 info  the configuration was read again config=/etc/vice.server.yaml` */
export function logLine(json: string, color: Paint): string {
  const entry = Object(JSON.parse(json)) as Record<string, unknown>;
  const level = pino.levels.labels[Number(entry["level"])] ?? "info";
  const time = new Date(Number(entry["time"])).toTimeString().slice(0, 8);
  const err = Object(entry["err"]) as Record<string, unknown>;
  const problem = entry["err"] === undefined ? {} : { error: err["message"] ?? entry["err"] };
  const rest = Object.entries({ ...entry, ...problem }).filter(([key]) => !LEFT_OUT.has(key));
  const facts = rest.map(([key, value]) => `${color("dim", `${printable(key)}=`)}${sayValue(value)}`);
  const words = [printable(String(entry["msg"] ?? "")), ...facts].join(" ");
  const name = level.padEnd(5);
  const shown = COLORS[level] === undefined ? name : color(COLORS[level], name);
  const stack = level === "error" || level === "fatal" ? stackOf(err["stack"], color) : "";
  return `${color("dim", time)} ${shown} ${words}${stack}`;
}

function sayValue(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return printable(typeof value === "string" && /[\s"=]/.test(text) ? JSON.stringify(text) : text);
}

function stackOf(stack: unknown, color: Paint): string {
  if (typeof stack !== "string") return "";
  const lines = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return lines.map((line) => `\n${color("dim", printable(line))}`).join("");
}
