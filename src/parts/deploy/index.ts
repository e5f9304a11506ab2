/**
 * The deploy part (pride): brings software onto systems, and says when it may. Now: the rules. The andon cord, freezes,
 * locks and approvals are facts in the log; `can-deploy` puts them together with what the project asks and what is known
 * of the service, and answers with every reason at once.
 */
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { logs, status } from "./deployment/commands/ask-target.ts";
import { restart, rollback, start, stop } from "./deployment/commands/back-and-operate.ts";
import { abort, pause, resume } from "./deployment/commands/control.ts";
import { deploy, planOnly, promote } from "./deployment/commands/deploy.ts";
import { history, promoted } from "./deployment/commands/history.ts";
import { drift } from "./drift/drift-command.ts";
import { andonList, andonPull, andonRelease } from "./rules/andon.ts";
import { approvalsList, approve, askApproval, withdrawApproval } from "./rules/approvals.ts";
import { batchOverride } from "./rules/batch-overrides.ts";
import { canDeploy } from "./rules/can-deploy.ts";
import { freezeLiftOverride, freezeOverride } from "./rules/freeze-overrides.ts";
import { freezeAdd, freezeLift, freezeList } from "./rules/freezes.ts";
import { lock, locksList, unlock } from "./rules/locks.ts";

export const deployCommands = [
  deploy,
  planOnly,
  promote,
  rollback,
  start,
  stop,
  restart,
  status,
  logs,
  pause,
  resume,
  abort,
  history,
  promoted,
  drift,
  canDeploy,
  andonPull,
  andonRelease,
  andonList,
  freezeAdd,
  freezeLift,
  freezeOverride,
  batchOverride,
  freezeLiftOverride,
  freezeList,
  lock,
  unlock,
  locksList,
  askApproval,
  approve,
  withdrawApproval,
  approvalsList,
] as ReadonlyArray<Command<Services>>;

export { keepLeases } from "./deployment/keep-leases.ts";
export { deploySteps } from "./deployment/steps/index.ts";
export { watchDrift } from "./drift/watch-drift.ts";
export { watchTrunk } from "./rules/trunk.ts";
