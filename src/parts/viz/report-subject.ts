/** What a report is about: a project, one service, or a dashboard that was saved by a name. */

import { foldName } from "../../domain/fold-name.ts";
import type { Project } from "../../domain/project/project.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { SavedDashboard, Services } from "../../ports/services.ts";
import { knownProjects, type ProjectFileSent } from "../config/index.ts";
import { isService, knownServices, meantService, saidNames } from "../data/index.ts";

/** There without being saved: all projects of everybody. */
const ALL: SavedDashboard = { name: "all" };

export interface ReportSubject {
  kind: "project" | "service" | "dashboard";
  name: string;
  /** One for each service, or a single one that names none. Each activity fits one of them at most. */
  filters: ReadonlyArray<Pick<SavedDashboard, "team" | "environment" | "tier"> & { service?: string }>;
}

/** @throws ViceError `not-found` with the nearest of all names */
export function reportSubject(
  name: string,
  files: readonly ProjectFileSent[],
  services: Services,
  nowMs: number,
): ReportSubject {
  const named = (each: { name: string }): boolean => foldName(each.name) === foldName(name);
  const projects = knownProjects(services.store.standing, files);
  const project = projects.find(named);
  if (project !== undefined)
    return {
      kind: "project",
      name: project.name,
      filters: servicesOf(project.counts.project, project.name, services),
    };
  if (isService(services, name, nowMs)) return { kind: "service", name, filters: [{ service: name }] };
  const dashboards = savedDashboards(services);
  const dashboard = dashboards.find(named);
  if (dashboard !== undefined) return fromDashboard(dashboard, services);
  const service = meantService(services, name, nowMs);
  if (service !== null) return { kind: "service", name: service, filters: [{ service }] };
  const known = [...knownServices(services), ...[...projects, ...dashboards].map((each) => each.name)];
  throw new ViceError("not-found", {
    message: `There is no project, service or dashboard "${name}".`,
    nearest: nearest(name, known),
    hint: `Projects: vice project list. Dashboards: ${dashboards.map((each) => each.name).join(", ")}.`,
  });
}

/** Those of the configuration, and the one that is always there. */
function savedDashboards({ config }: Services): readonly SavedDashboard[] {
  return config.dashboards.some((each) => foldName(each.name) === ALL.name)
    ? config.dashboards
    : [...config.dashboards, ALL];
}

const servicesOf = (project: Project | null, name: string, services: Services): ReportSubject["filters"] => {
  const own = Object.keys(project?.services ?? {});
  return canonical(own.length === 0 ? [name] : own, services).map((service) => ({ service }));
};

function fromDashboard(
  { name, services: own, ...narrow }: SavedDashboard,
  services: Services,
): ReportSubject {
  const filters =
    own === undefined ? [narrow] : canonical(own, services).map((service) => ({ ...narrow, service }));
  return { kind: "dashboard", name, filters };
}

/** As they stand in the store, each once. */
function canonical(own: readonly string[], services: Services): string[] {
  const names = saidNames(services);
  return [...new Set(own.flatMap((name) => names.services(name)))];
}
