/** Says why the server cannot listen where it was told to, and what to type instead. */
import { ViceError } from "../kit/errors.ts";

const PROBLEMS: Readonly<Record<string, { problem: string; hint: string }>> = {
  EADDRINUSE: {
    problem: "another program uses that port",
    hint: "Take another port (vice serve --port 0 picks a free one), or end that program.",
  },
  EACCES: {
    problem: "this user may not use that port",
    hint: "Take a port from 1024 on: vice serve --port 4400",
  },
  EADDRNOTAVAIL: {
    problem: "this machine has no such address",
    hint: "Take one of its own addresses: vice serve --host 127.0.0.1, or 0.0.0.0 for all of them.",
  },
  ENOTFOUND: {
    problem: "that host name has no address",
    hint: "Take an address of this machine: vice serve --host 127.0.0.1, or 0.0.0.0 for all of them.",
  },
};

/** @returns `server.no-address` for what `listen` says about addresses, anything else as it is */
export function listenProblem(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : undefined;
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return known === undefined ? error : new ViceError("server.no-address", { address, ...known }, error);
}
