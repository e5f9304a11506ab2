/** Who is told what, as `vice.yaml` says: `notify: [{to: releases, on: [failed]}]`. Pure. */
import { effective } from "../project/effective.ts";
import type { Project, ProjectEnvironment } from "../project/project.ts";
import type { Route } from "./channel.ts";
import { isKind, listOf, target } from "./notice-problems.ts";

/** What is not understood is left out: a project that an older vice has taken in still tells the rest. */
export function routesOf(
  project: Project,
  environment: ProjectEnvironment | null,
  service: string | null,
): Route[] {
  const { notify } = effective(project, environment, service).values;
  return listOf(notify).flatMap((each): Route[] => {
    const read = target.safeParse(each).data;
    if (read === undefined) return [];
    const on = listOf(read.on).filter(isKind);
    return [read.to].flat().map((to) => ({ to, on, only: {} }));
  });
}
