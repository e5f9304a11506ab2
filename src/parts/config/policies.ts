/** What the project of a service asks of an environment: from the projects that are registered. */
import { policyOf, projectFrom } from "../../domain/project/project.ts";
import type { EnvironmentPolicy, ProjectPolicy } from "../../domain/rules/policy.ts";
import { foldName } from "../../domain/tier.ts";
import type { Services } from "../../ports/services.ts";

/** Reading a project costs a millisecond, and the same event always reads the same. By store and number of the event. */
const keptOf = new WeakMap<Services["store"], Map<number, ProjectPolicy | null>>();
const MOST_KEPT = 1000;

export function policies({ store }: Services): ProjectPolicy[] {
  const kept = keptOf.get(store) ?? new Map<number, ProjectPolicy | null>();
  keptOf.set(store, kept);
  if (kept.size > MOST_KEPT) kept.clear();
  return store.standing.list("project").flatMap(({ seq, data }) => {
    let policy = kept.get(seq);
    if (policy === undefined) {
      const project = projectFrom(data.config);
      policy = project === null ? null : policyOf(project);
      kept.set(seq, policy);
    }
    return policy ?? [];
  });
}

const isNamed = (name: string, wanted: string): boolean => foldName(name) === foldName(wanted);

/** The project that a service is of. */
export function projectFor(services: Services, service: string): ProjectPolicy | null {
  const all = policies(services);
  const own = all.find((policy) => policy.services.some((name) => isNamed(name, service)));
  return own ?? all.find(({ project }) => isNamed(project, service)) ?? null;
}

/** Where a command takes a project it takes a service too, and the other way round. `null` = no project says anything. */
export function policyFor(
  services: Services,
  service: string,
  environment: string,
): EnvironmentPolicy | null {
  const own = projectFor(services, service);
  return own?.environments.find(({ name }) => isNamed(name, environment)) ?? null;
}
