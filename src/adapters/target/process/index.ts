/** Target `process`: a web process on this machine, in folders of releases, that outlives vice and is found again. */
import type { TargetAdapter } from "../../../ports/target.ts";
import type { ProcessTargetDeps } from "./app.ts";
import { logsOf, planFor, statusOf } from "./look.ts";
import { type ProcessSpec, processSchema } from "./spec.ts";
import { verbsOf } from "./verbs.ts";

export type { ProcessTargetDeps } from "./app.ts";
export type { ProcessSpec } from "./spec.ts";
export { supervise } from "./supervise.ts";

export const processTarget = (deps: ProcessTargetDeps): TargetAdapter<ProcessSpec> => ({
  kind: "process",
  about:
    "A web process on this machine: folders of releases, a health gate, the way back, started again when it ends",
  schema: processSchema,
  takesFiles: true,
  acts: verbsOf(deps),
  // Each verb looks at what is there before it does anything, so being asked again is going on.
  recover: async () => ({ what: "goes-on" }),
  plan: (call) => planFor(deps, call),
  status: (call) => statusOf(deps, call),
  logs: (call, lines) => logsOf(deps, call, lines),
  lacks: {},
});
