/** Sends activities that ended to other systems as spans: follows the log by checkpoint, at least once, one exporter after the other. */
export { type ExporterView, exporterViews } from "./export-state.ts";
export { listExporters } from "./exporters-command.ts";
export { exportGrafana } from "./grafana-command.ts";
export { createSender } from "./send-batches.ts";
export { startExports } from "./worker.ts";
