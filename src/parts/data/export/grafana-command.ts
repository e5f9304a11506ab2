/** `vice data export grafana`: a dashboard of Grafana over /metrics, to be imported there. */
import { z } from "zod";
import { grafanaDashboard } from "../../../domain/grafana/dashboard.ts";
import { dataCommand } from "../define-command.ts";

export const exportGrafana = dataCommand({
  id: "data.export-grafana",
  words: ["export", "grafana"],
  part: "data",
  summary: "Write a dashboard of Grafana over /metrics, to be imported there.",
  examples: ["vice data export grafana > dashboard.json"],
  effect: "read",
  positional: [],
  input: z.object({}),
  output: z.record(z.string(), z.unknown()),
  needsStore: false,
  run: () => grafanaDashboard(),
  text: (dashboard) => JSON.stringify(dashboard, null, 2),
});
