/** Says in one line at the end what happened: outcome, duration, usual duration, where to look. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SpoolEnd, SpoolStart } from "../../../domain/spool.ts";
import { type Environment, type ServerAddress, viceHome } from "./home.ts";

export interface Outcome {
  readonly start: SpoolStart;
  readonly end: SpoolEnd;
  readonly recorded: boolean;
  readonly server: ServerAddress | null;
  /** Whether the server has the records; `null` = it was not tried. */
  readonly arrived: boolean | null;
}

export function reportText(env: Environment, outcome: Outcome): string {
  const { start, end } = outcome;
  const usual = usualMs(env, start);
  const what = [start.kind, start.service ?? start.name, start.environment && `to ${start.environment}`];
  const took = `in ${duration(end.durationMs ?? 0)}${usual === null ? "" : ` (usually ${duration(usual)})`}`;
  const why = end.status === "failed" && end.error ? ` (${end.error})` : "";
  return `vice: ${what.filter(Boolean).join(" ")} ${end.status} ${took}${why}, ${whereabouts(outcome)}`;
}

/** A link only where it leads to something. */
function whereabouts(outcome: Outcome): string {
  if (!outcome.recorded) return "not recorded";
  if (outcome.server === null) return outcome.start.id;
  return linkTo(outcome) ?? "recorded, not handed over yet: vice flush";
}

/** The same for programs: one JSON object on stderr, since stdout belongs to the command. */
export function reportJson(env: Environment, outcome: Outcome): string {
  const { start, end, recorded } = outcome;
  const { id, kind, service = null, environment = null } = start;
  const { status, exitCode, durationMs, error = null } = end;
  const url = recorded ? linkTo(outcome) : null;
  return JSON.stringify({
    id,
    kind,
    service,
    environment,
    status,
    exitCode,
    durationMs,
    usualMs: usualMs(env, start),
    error,
    recorded,
    url,
  });
}

/** The server of this home takes the record in by itself; of another one only its answer says that it has it. */
function linkTo({ start, server, arrived }: Outcome): string | null {
  if (server === null || !(arrived ?? server.own)) return null;
  return `${server.link}/${start.kind === "deployment" ? "deployments" : "activities"}/${start.id}`;
}

const MAX_CACHE_BYTES = 256 * 1024;

/** The key of an activity in `$VICE_HOME/usual.json`, an object of milliseconds that the server's side may write. */
export const usualKey = ({ kind, service, environment, name }: SpoolStart): string =>
  [kind, service ?? "", environment ?? "", name ?? ""].join("/");

function usualMs(env: Environment, start: SpoolStart): number | null {
  try {
    const path = join(viceHome(env), "usual.json");
    if (statSync(path).size > MAX_CACHE_BYTES) return null;
    const value: unknown = Reflect.get(JSON.parse(readFileSync(path, "utf8")), usualKey(start));
    return typeof value === "number" && value >= 0 ? value : null;
  } catch {
    return null;
  }
}

/** `820 ms`, `4.2 s`, `3 min 5 s`, `1 h 12 min`: as `src/domain/say-duration.ts` says it, which the wrapper may not load. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_500) return `${Number((ms / 1000).toFixed(ms < 9950 ? 1 : 0))} s`;
  if (ms < 600_000) return pair(Math.round(ms / 1000), "min", "s");
  const minutes = Math.round(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : pair(minutes, "h", "min");
}

function pair(total: number, big: string, small: string): string {
  const rest = total % 60;
  return `${Math.floor(total / 60)} ${big}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}
