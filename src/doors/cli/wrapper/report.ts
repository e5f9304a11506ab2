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
}

export function reportText(env: Environment, { start, end, recorded, server }: Outcome): string {
  const usual = usualMs(env, start);
  const what = [start.kind, start.service ?? start.name, start.environment && `to ${start.environment}`];
  const took = `in ${duration(end.durationMs ?? 0)}${usual === null ? "" : ` (usually ${duration(usual)})`}`;
  const why = end.status === "failed" && end.error ? ` (${end.error})` : "";
  const where = recorded ? (linkTo(start, server) ?? start.id) : "not recorded";
  return `vice: ${what.filter(Boolean).join(" ")} ${end.status} ${took}${why}, ${where}`;
}

/** The same for programs: one JSON object on stderr, since stdout belongs to the command. */
export function reportJson(env: Environment, { start, end, recorded, server }: Outcome): string {
  const { id, kind, service = null, environment = null } = start;
  const { status, exitCode, durationMs, error = null } = end;
  const url = recorded ? linkTo(start, server) : null;
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

function linkTo(start: SpoolStart, server: ServerAddress | null): string | null {
  return server && `${server.url}/${start.kind === "deployment" ? "deployments" : "activities"}/${start.id}`;
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

/** `820 ms`, `4.2 s`, `3 min 5 s`, `1 h 12 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
