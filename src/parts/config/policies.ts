/** What the project of a service asks of an environment: from the projects that are registered. */

import { foldName } from "../../domain/fold-name.ts";
import type { EnvironmentPolicy, ProjectPolicy, Registered } from "../../domain/rules/policy.ts";
import type { Asked } from "../../ports/asked.ts";
import { type SaidNames, saidNames } from "../data/index.ts";

export type { Registered };

export const registeredProjects = ({ store }: Pick<Asked, "store">): Registered[] =>
  store.standing.list("project").map(({ data }) => data.asks);

/** Of those that can be read. */
export const policies = (services: Pick<Asked, "store">): ProjectPolicy[] =>
  registeredProjects(services).flatMap(({ policy }) => policy ?? []);

/**
 * The projects that a service is of, by whatever name they call it: one, when all is well. Where a command takes a project
 * it takes a service too, and the other way round. One that cannot be read and says no names may be about any service.
 */
export function projectsOf(
  services: Asked,
  service: string,
  names: SaidNames = saidNames(services),
): Registered[] {
  const all = registeredProjects(services);
  const own = all.filter((each) => each.services?.some((name) => names.isService(name, service)));
  if (own.length > 0) return own;
  const called = all.filter(({ project }) => foldName(project) === foldName(service));
  return [...called, ...all.filter((each) => each.services === null && !called.includes(each))];
}

/** The project that a service is of. */
export const projectFor = (services: Asked, service: string, names?: SaidNames): ProjectPolicy | null =>
  projectsOf(services, service, names).find(({ policy }) => policy !== null)?.policy ?? null;

/** `null` = no project says anything. */
export function policyFor(services: Asked, service: string, environment: string): EnvironmentPolicy | null {
  const names = saidNames(services);
  const own = projectFor(services, service, names);
  return own === null ? null : environmentOf(own, environment, service, names);
}

export const environmentOf = (
  { environments }: ProjectPolicy,
  environment: string,
  service: string,
  names: SaidNames,
): EnvironmentPolicy | null =>
  environments.find(({ name }) => names.isEnvironment(name, environment, service)) ?? null;
