/** What the project of a service asks of an environment: from the projects that are registered. */
import { policyOf, projectFrom } from "../../domain/project/project.ts";
import type { EnvironmentPolicy, ProjectPolicy } from "../../domain/rules/policy.ts";
import { foldName } from "../../domain/tier.ts";
import type { Services } from "../../ports/services.ts";
import { type SaidNames, saidNames } from "../data/index.ts";

type Parts = Pick<Services, "store" | "config">;

/** A registered project, as far as this vice can read it. */
export interface Registered {
  project: string;
  /** `null` = a newer vice wrote it, or it is damaged: what it asks is not known. */
  policy: ProjectPolicy | null;
  /** Names of its services; of one that cannot be read `null` when not even these are known. */
  services: readonly string[] | null;
}

/** Reading a project costs a millisecond, and the same event always reads the same. By store and number of the event. */
const keptOf = new WeakMap<Services["store"], Map<number, Registered>>();
const MOST_KEPT = 1000;

export function registeredProjects({ store }: Pick<Services, "store">): Registered[] {
  const kept = keptOf.get(store) ?? new Map<number, Registered>();
  keptOf.set(store, kept);
  if (kept.size > MOST_KEPT) kept.clear();
  return store.standing.list("project").map(({ seq, data }) => {
    const known = kept.get(seq) ?? read(data.project, data.config);
    kept.set(seq, known);
    return known;
  });
}

function read(name: string, config: unknown): Registered {
  const project = projectFrom(config);
  if (project === null) return { project: name, policy: null, services: namesIn(config) };
  const policy = policyOf(project);
  return { project: name, policy, services: policy.services };
}

/** Services are keys in each form that a project file has had. */
function namesIn(config: unknown): string[] | null {
  const services: unknown = Object(config)["services"];
  if (typeof services !== "object" || services === null || Array.isArray(services)) return null;
  return Object.keys(services);
}

/** Of those that can be read. */
export const policies = (services: Pick<Services, "store">): ProjectPolicy[] =>
  registeredProjects(services).flatMap(({ policy }) => policy ?? []);

/**
 * The projects that a service is of, by whatever name they call it: one, when all is well. Where a command takes a project
 * it takes a service too, and the other way round. One that cannot be read and says no names may be about any service.
 */
export function projectsOf(
  services: Parts,
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
export const projectFor = (services: Parts, service: string, names?: SaidNames): ProjectPolicy | null =>
  projectsOf(services, service, names).find(({ policy }) => policy !== null)?.policy ?? null;

/** `null` = no project says anything. */
export function policyFor(services: Parts, service: string, environment: string): EnvironmentPolicy | null {
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
