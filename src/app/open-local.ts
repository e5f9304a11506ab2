/** Opens the store of a home for commands that run here, as the terminal wants it. */
import type { Env, OpenLocal } from "../doors/cli/cli-options.ts";
import { loadServerConfig } from "./config/server-config.ts";
import { wire, wireWithoutStore } from "./wire.ts";

export const openLocalWith =
  (env: Env): OpenLocal =>
  (mode, { home, waitMs }) => {
    const config = loadServerConfig(env, { home });
    return mode === "none" ? wireWithoutStore(config, env) : wire({ config, env, mode, waitMs });
  };
