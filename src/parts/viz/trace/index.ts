/** Traces: what led to what, across tools. */
export { linkTrace, unlinkTrace } from "./link-commands.ts";
export { traceMap } from "./map-command.ts";
export { trace } from "./trace-command.ts";
export { traces } from "./traces-command.ts";
