/** A deployment and its statuses from GitHub's REST API, as the transitions that the hooks would have told. */
import type { Transition } from "../../../domain/transition.ts";
import { text } from "../shaping.ts";
import { requestTransition, statusTransition } from "./deployment.ts";
import type { Repository } from "./repository.ts";
import { deploymentSchema, type StatusBody, statusSchema } from "./schema.ts";
import { deploymentStep } from "./steps.ts";

/**
 * @param statuses in any order. GitHub keeps them for 90 days (docs "REST API endpoints for deployment statuses", "Data
 * retention"). Where only `inactive` is left, the deployment had an end that nobody knows: it is then neither pending nor
 * finished, but of unknown status.
 */
export function deploymentHistory(
  repository: Repository,
  row: unknown,
  statuses: readonly unknown[],
): Transition[] {
  const deployment = deploymentSchema.safeParse(row).data;
  const id = text(deployment?.id);
  if (deployment === undefined || id === null) return [];
  const known = statuses.flatMap((status): StatusBody[] => {
    const parsed = statusSchema.safeParse(status);
    return parsed.success ? [parsed.data] : [];
  });
  const told = known.length === 0 || known.some((status) => deploymentStep(status.state) !== "observed");
  return [
    requestTransition(repository, id, deployment, null, told ? "requested" : "observed"),
    ...known.map((status) => statusTransition(repository, id, deployment, status)),
  ];
}
