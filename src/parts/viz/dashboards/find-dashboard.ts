/** Where dashboards come from: saved by people, written into `vice.server.yaml`, or sent from a project; and reading one. */
import { type Dashboard, dashboardSchema } from "../../../domain/dashboard/dashboard-schema.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { toViceError, ViceError } from "../../../kit/errors.ts";
import { readYamlText } from "../../../kit/yaml-file.ts";
import type { Services } from "../../../ports/services.ts";

export interface FoundDashboard {
  name: string;
  origin: "saved" | "configured" | "sent";
  /** As it was written; `null` = in `vice.server.yaml`. */
  text: string | null;
  dashboard: Dashboard;
  /** When it was saved (ISO 8601) and by whom. */
  at: string | null;
  by: string | null;
}

/** @throws ViceError `project.invalid`: every problem with its line and the nearest key */
export function readDashboard(text: string, name: string): Dashboard {
  try {
    return readYamlText({ name, text }, dashboardSchema, "project.invalid");
  } catch (error) {
    const { code, details } = toViceError(error);
    if (code !== "project.invalid") throw error;
    const near = details["nearest"] ? `Did you mean "${String(details["nearest"])}"? ` : "";
    throw new ViceError(code, { ...details, hint: `${near}The keys: docs/dashboards.md` }, error);
  }
}

/** Those with panels, by name; what was saved goes before what is configured. One that cannot be read any more is left out. */
export function allDashboards({ store, config }: Pick<Services, "store" | "config">): FoundDashboard[] {
  const saved = store.standing.list("dashboard").flatMap(({ data, at, actor }): FoundDashboard[] => {
    const dashboard = tryRead(data.text, data.name);
    return dashboard === null
      ? []
      : [{ name: data.name, origin: "saved", text: data.text, dashboard, at, by: actor }];
  });
  const names = new Set(saved.map(({ name }) => foldName(name)));
  const configured = config.dashboards.flatMap(({ name, ...rest }): FoundDashboard[] => {
    const dashboard = dashboardSchema.safeParse(rest).data;
    return dashboard === undefined || names.has(foldName(name))
      ? []
      : [{ name, origin: "configured", text: null, dashboard, at: null, by: null }];
  });
  return [...saved, ...configured].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function tryRead(text: string, name: string): Dashboard | null {
  try {
    return readDashboard(text, name);
  } catch {
    return null;
  }
}

export const findDashboard = (
  services: Pick<Services, "store" | "config">,
  name: string,
): FoundDashboard | undefined =>
  allDashboards(services).find((each) => foldName(each.name) === foldName(name));
