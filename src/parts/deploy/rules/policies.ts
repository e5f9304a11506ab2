/** What the project of a service asks of an environment. */
import type { EnvironmentPolicy } from "../../../domain/rules/policy.ts";
import type { Services } from "../../../ports/services.ts";

/** `null` = no project says anything about it. */
export function policyFor(
  _services: Services,
  _service: string,
  _environment: string,
): EnvironmentPolicy | null {
  return null;
}
