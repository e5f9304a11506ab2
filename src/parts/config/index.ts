/**
 * The config part (envy): what a project says about itself in its `vice.yaml`. It reads that file and tells all that is
 * wrong with it by line and key, knows which projects there are (found in folders, or registered in the log), says what
 * holds in an environment and where that is written, and writes a first file by looking at a repository. Others ask it
 * for a project and its policy; it deploys nothing and refuses nothing by itself.
 */
import type { CheckPipeline } from "../../domain/project/project.ts";
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { checkProject } from "./check-project.ts";
import { fromHistory } from "./init/from-history.ts";
import { listProjects } from "./list-projects.ts";
import { registerProject, removeProject } from "./register-project.ts";
import { showProject } from "./show-project.ts";
import { valueCommands } from "./values/commands.ts";

export { chooseEnvironment } from "./choose-environment.ts";
export { fromHistory, fromHistoryOutput } from "./init/from-history.ts";
export { type Initialised, initProject } from "./init/init-project.ts";
export { type KnownProject, knownProjects, projectNamed } from "./known-projects.ts";
export {
  environmentOf,
  policies,
  policyFor,
  projectFor,
  projectsOf,
  type Registered,
  registeredProjects,
} from "./policies.ts";
export { filesInput, type ProjectFileSent } from "./project-files.ts";
export { type ReadProject, readProject } from "./read-project.ts";
export { hasRole, requireRole, teamOf } from "./require-role.ts";
export { requireSetting } from "./values/require-setting.ts";
export {
  type OpenValues,
  type PlannedValue,
  type PlannedValues,
  planValues,
  resolveValues,
  type ValuesFrom,
} from "./values/resolve-values.ts";

/** @param checkPipeline of the part that runs pipelines */
export const configCommands = (checkPipeline: CheckPipeline): ReadonlyArray<Command<Services>> => [
  listProjects(checkPipeline),
  showProject(checkPipeline),
  checkProject(checkPipeline),
  registerProject(checkPipeline),
  removeProject,
  fromHistory,
  ...valueCommands(checkPipeline),
];
