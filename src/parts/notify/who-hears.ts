/** Which channels hear a notice: those that ask for it, and those that the project of the service names. */

import { foldName } from "../../domain/fold-name.ts";
import type { Route } from "../../domain/notify/channel.ts";
import { concerns, isWanted, type Notice, type NoticePlace } from "../../domain/notify/notice.ts";
import { routesOf } from "../../domain/notify/project-notices.ts";
import { type Project, projectFrom } from "../../domain/project/project.ts";
import type { Services } from "../../ports/services.ts";
import { type SaidNames, saidNames } from "../data/index.ts";

type Parts = Pick<Services, "store" | "config" | "notifiers">;

/** Reading a project costs a millisecond, and the same event always reads the same. */
const keptOf = new WeakMap<Services["store"], Map<number, Project | null>>();
const MOST_KEPT = 1000;

/** Registered projects that this vice can read. */
export function projects({ store }: Pick<Services, "store">): Project[] {
  const kept = keptOf.get(store) ?? new Map<number, Project | null>();
  keptOf.set(store, kept);
  if (kept.size > MOST_KEPT) kept.clear();
  return store.standing.list("project").flatMap(({ seq, data }) => {
    const known = kept.get(seq);
    const project = known === undefined ? projectFrom(data.config) : known;
    kept.set(seq, project);
    return project ?? [];
  });
}

const same = (a: string, b: string): boolean => foldName(a) === foldName(b);

/** By its name or by one of its services. */
export function projectCalled(services: Pick<Services, "store">, name: string): Project | null {
  const all = projects(services);
  const own = all.find((each) => same(each.project, name));
  return own ?? all.find((each) => Object.keys(each.services).some((service) => same(service, name))) ?? null;
}

/** What the projects that this is about say. */
function projectRoutes(services: Parts, place: NoticePlace): Route[] {
  const all = projects(services);
  if (all.length === 0) return [];
  const names = saidNames(services);
  return all.flatMap((project) => {
    const service = serviceIn(project, place, names);
    if (service === undefined) return [];
    const { environment: wanted } = place;
    const environment =
      wanted === null ? null : (project.environments.find(({ name }) => same(name, wanted)) ?? null);
    return routesOf(project, environment, service);
  });
}

/** `undefined` = the project has nothing to do with it; `null` = it is about more than one service. */
function serviceIn(
  project: Project,
  { service, team, reach }: NoticePlace,
  names: SaidNames,
): string | null | undefined {
  if (service !== null) {
    // A project may call it as a tool does, and the rules of names otherwise.
    const own = Object.keys(project.services).find((name) => names.isService(name, service));
    return own ?? (same(project.project, service) ? null : undefined);
  }
  if (reach === "one") return undefined;
  return team === null || (project.team !== null && same(project.team, team)) ? null : undefined;
}

/** Names of channels that there are. */
export function channelsFor(services: Parts, notice: Pick<Notice, "kind" | "also" | "place">): string[] {
  const channels = services.notifiers.channels();
  const known = new Set(channels.map(({ to }) => to));
  const wanted = [...channels, ...projectRoutes(services, notice.place)].filter(
    ({ to, on, only }) => known.has(to) && isWanted(on, notice) && concerns(only, notice.place),
  );
  return [...new Set(wanted.map(({ to }) => to))];
}
