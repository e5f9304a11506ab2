/** Pipelines of registered projects: by the name of a project or of one of its services. */
import { basename } from "node:path";
import { foldName } from "../../domain/fold-name.ts";
import type { Standing } from "../../ports/standing.ts";

export interface RegisteredPipeline {
  /** Of the service whose own it is, else of the project: by this roles are asked for. */
  name: string;
  project: string;
  service: string | null;
  /** As it was registered; `undefined` = the project has none. */
  pipeline: unknown;
  cwd: string;
}

/** Every pipeline that somebody registered; a project without one stands there too. */
export function registeredPipelines(standing: Standing): RegisteredPipeline[] {
  return standing.list("project").flatMap(({ key, data }) => {
    const { pipeline, services } = Object(data.config) as { pipeline?: unknown; services?: unknown };
    const cwd = data.place?.startsWith("/") === true ? data.place : "/";
    const own = Object.entries(Object(services) as Record<string, unknown>).flatMap(([service, value]) => {
      const { pipeline: given } = Object(value) as { pipeline?: unknown };
      return given === undefined ? [] : [{ name: service, project: key, service, pipeline: given, cwd }];
    });
    return [{ name: key, project: key, service: null, pipeline, cwd }, ...own];
  });
}

/**
 * The one that is meant by a name or by the last part of a path: that of a service, else of the project, else of the
 * project that the service is of. `null` = there is none.
 */
export function registered(place: string, standing: Standing): RegisteredPipeline | null {
  const wanted = foldName(basename(place));
  const all = registeredPipelines(standing);
  const named = all.filter(({ name }) => foldName(name) === wanted);
  const found = named.find(({ service }) => service !== null) ?? named[0];
  if (found !== undefined) return found;
  const owner = standing
    .list("project")
    .find(({ data }) => servicesOf(data.config).some((name) => foldName(name) === wanted))?.key;
  return all.find(({ project, service }) => project === owner && service === null) ?? null;
}

const servicesOf = (config: unknown): string[] =>
  Object.keys(Object((Object(config) as { services?: unknown }).services) as object);

/** What may be named, for who mistyped. */
export const registeredNames = (standing: Standing): string[] =>
  standing.list("project").flatMap(({ key, data }) => [key, ...servicesOf(data.config)]);
