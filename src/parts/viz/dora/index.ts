/** Delivery metrics for people and programs: the five numbers, and the deployments behind each. */
export { answer as doraAnswer, doraMetrics } from "./dora-command.ts";
export { periodOf } from "./input.ts";
export { doraRows } from "./rows-command.ts";
export { NAMES, sayDora, sayValue } from "./say-dora.ts";
export { doraOutput } from "./shape.ts";
