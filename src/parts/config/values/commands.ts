/** The commands about values and secrets of an application. */
import type { CheckPipeline } from "../../../domain/project/project.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { checkConfig } from "./check.ts";
import { diffValues } from "./diff.ts";
import { explainValue, getValue } from "./explain.ts";
import { renderValues } from "./render.ts";
import { getSecret, listSecrets } from "./secret-get.ts";
import { rotateRecipients, setSecret } from "./secret-set.ts";
import { writeTemplates } from "./template.ts";

export const valueCommands = (checkPipeline: CheckPipeline): ReadonlyArray<Command<Services>> => [
  renderValues(checkPipeline),
  getValue(checkPipeline),
  explainValue(checkPipeline),
  diffValues(checkPipeline),
  checkConfig(checkPipeline),
  writeTemplates(checkPipeline),
  setSecret(checkPipeline),
  getSecret(checkPipeline),
  listSecrets(checkPipeline),
  rotateRecipients(checkPipeline),
];
