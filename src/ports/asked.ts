/** What the rules of deployments ask: a store that need only read, and what the configuration says to them. */
import type { Commits } from "./commits.ts";
import type { Names } from "./names.ts";
import type { ReadModels } from "./read-models.ts";
import type { Runs } from "./runs.ts";
import type { ServerConfig } from "./services.ts";
import type { Standing } from "./standing.ts";
import type { State } from "./state.ts";
import type { Tokens } from "./tokens.ts";

/** A part of the store that can be had without all of it: `vice can-deploy` opens no more than this. */
export interface AskedStore {
  read: Pick<ReadModels, "status" | "activities" | "activity">;
  names: Pick<Names, "reported" | "rules" | "environments">;
  tokens: Pick<Tokens, "list" | "isRevoked">;
  state: Pick<State, "get">;
  standing: Standing;
  runs: Pick<Runs, "get">;
  commits: Pick<Commits, "count" | "lines">;
}

export interface Asked {
  store: AskedStore;
  config: Pick<ServerConfig, "rules" | "roles" | "environmentOrder">;
}
