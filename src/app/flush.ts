/** Hands the spool over: to the server that is named, to the one that runs on this home, or to the local store. */
import { drainInto, drainTo, hasSpool } from "../doors/cli/place/drain.ts";
import { findServer } from "../doors/cli/place/find-server.ts";
import { type Env, homeOf, loadServerConfig } from "./config/server-config.ts";
import { wire } from "./wire.ts";

export interface Flushed {
  records: number;
  /** Where they went: an address, or `the local store`. */
  to: string;
}

const LOCAL = "the local store";

/** @throws ViceError `server.unreachable`, `auth.*`, `store.busy`; what was not acknowledged stays in the spool */
export async function flushSpool(env: Env, timeoutMs: number): Promise<Flushed> {
  const home = homeOf(env);
  const server = await findServer(env, home);
  const to = server?.url ?? LOCAL;
  if (!(await hasSpool(home))) return { records: 0, to };
  if (server !== null) {
    const { delivered } = await drainTo(home, server, AbortSignal.timeout(timeoutMs));
    return { records: delivered, to };
  }
  const config = loadServerConfig(env, { home });
  const wired = await wire({ config, env, mode: "write", waitMs: timeoutMs });
  try {
    const { delivered } = await drainInto(home, wired);
    return { records: delivered, to };
  } finally {
    await wired.close();
  }
}
