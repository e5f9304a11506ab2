/** Octopus's REST API as it is documented, for tests of its poller: deployments with their tasks, in pages. */
import type { Connection } from "../src/ports/source.ts";
import { type FakeApi, fakeApi } from "./fake-api.ts";

export interface OctopusRow {
  deployment: Record<string, unknown> & { Id: string; Created: string };
  task: Record<string, unknown> & { Id: string };
}

const DOCUMENTS: Readonly<Record<string, readonly object[]>> = {
  projects: [{ Id: "Projects-12", Name: "Shop" }],
  environments: [
    { Id: "Environments-3", Name: "Production" },
    { Id: "Environments-4", Name: "Staging" },
  ],
  tenants: [{ Id: "Tenants-9", Name: "North" }],
  releases: [{ Id: "Releases-77", Version: "1.4.2" }],
};

/** One that took two minutes after ten seconds in the queue. */
export function octopusDeployment(
  n: number,
  createdAt: string,
  state = "Success",
  more: object = {},
): OctopusRow {
  const later = (ms: number): string => new Date(Date.parse(createdAt) + ms).toISOString();
  const ended = !["Queued", "Executing"].includes(state);
  return {
    deployment: {
      Id: `Deployments-${n}`,
      ProjectId: "Projects-12",
      EnvironmentId: "Environments-3",
      TenantId: null,
      ReleaseId: "Releases-77",
      ChannelId: "Channels-1",
      TaskId: `ServerTasks-${n}`,
      SpaceId: "Spaces-1",
      DeployedBy: "robin",
      Created: createdAt,
      ...more,
    },
    task: {
      Id: `ServerTasks-${n}`,
      Name: "Deploy",
      State: state,
      QueueTime: createdAt,
      StartTime: state === "Queued" ? null : later(10_000),
      CompletedTime: ended ? later(130_000) : null,
      ErrorMessage: state === "Failed" ? "The step Web failed." : "",
    },
  };
}

export function octopusApi(rows: readonly OctopusRow[]): Promise<FakeApi> {
  return fakeApi(({ path, query, headers }) => {
    if (headers["x-octopus-apikey"] !== "API-SECRET")
      return { status: 401, body: { ErrorMessage: "You must be logged in." } };
    const skip = Number(query.get("skip") ?? 0);
    const take = Number(query.get("take") ?? 30);
    const page = (all: readonly object[]) => ({
      body: { TotalResults: all.length, ItemsPerPage: take, Items: all.slice(skip, skip + take) },
    });
    if (path === "/api/spaces") return page([{ Id: "Spaces-1", Name: query.get("partialName") ?? "" }]);
    const [, route = ""] = /^\/api(?:\/Spaces-1)?\/(\w+)$/.exec(path) ?? [];
    if (route === "deployments") {
      const newest = [...rows].sort((a, b) => (a.deployment.Created > b.deployment.Created ? -1 : 1));
      return page(newest.map(({ deployment }) => deployment));
    }
    const documents = route === "tasks" ? rows.map(({ task }) => task) : DOCUMENTS[route];
    if (documents === undefined) return { status: 404, body: { ErrorMessage: "no such resource" } };
    const ids = query.get("ids")?.split(",") ?? [];
    return page(documents.filter((one) => ids.includes(String(Reflect.get(one, "Id")))));
  });
}

export const connect = (api: FakeApi, only: string[] = []): Connection => ({
  url: api.url,
  token: "API-SECRET",
  only,
  instance: "octopus.shop.example.com",
});
