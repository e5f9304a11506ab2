/** The commands of the data part. Apart from its index: who needs a function of it loads none of them. */
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { tokenCommands } from "./access/tokens.ts";
import { backupCommands } from "./backup/index.ts";
import { commitCommands } from "./commits/commit-commands.ts";
import { correctionCommands } from "./corrections/index.ts";
import { doctor } from "./doctor/doctor.ts";
import { exportGrafana, listExporters } from "./export/index.ts";
import { incidentCommands } from "./incidents/incident-commands.ts";
import { importCommand } from "./intake/poll/import-command.ts";
import { auditCommands } from "./log/audit.ts";
import { nameCommands } from "./names/index.ts";
import { queryCommands } from "./query/query-command.ts";
import { reprocessCommands } from "./reprocess/index.ts";
import { retentionCommands } from "./retention/index.ts";
import { listSeries } from "./series/list-command.ts";
import { pushSeries } from "./series/push-command.ts";
import { connectSource } from "./sources/connect.ts";
import { listDeliveries, showDelivery } from "./sources/deliveries.ts";
import { listSources } from "./sources/list.ts";
import { testSource } from "./sources/send-test.ts";

export const dataCommands = [
  listSources,
  connectSource,
  testSource,
  ...nameCommands,
  ...correctionCommands,
  ...incidentCommands,
  ...queryCommands,
  ...auditCommands,
  ...backupCommands,
  ...retentionCommands,
  importCommand,
  ...commitCommands,
  listExporters,
  exportGrafana,
  pushSeries,
  listSeries,
  ...reprocessCommands,
  listDeliveries,
  showDelivery,
  ...tokenCommands,
  doctor,
] as ReadonlyArray<Command<Services>>;
