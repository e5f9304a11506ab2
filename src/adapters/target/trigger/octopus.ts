/**
 * Octopus Deploy: a release is created where it is asked for and not there yet, and deployed to an environment; its
 * server task is followed. Pages: octopus.com/docs/octopus-rest-api (create and deploy a release), OctopusDeploy/docs
 * `create-and-deploy-release-scripts`, OctopusDeploy/OctopusDeploy-Api `CancelDeployment.ps1` (task/cancel), the
 * Swagger of a server (`/api/{space}/tasks/{id}`, `/raw`, states of a task).
 */
import { z } from "zod";
import { type Api, at, idOf, LOG, listAt, refuse, textAt } from "./api.ts";
import { address, hole, text } from "./spec.ts";
import { type Ask, defineVendor, type Progress, type Started, sinceCursor } from "./vendor.ts";

const schema = z.strictObject({
  url: address.describe("https://octopus.example.com"),
  space: text.default("Default"),
  project: text.describe("Name, slug or id of the project"),
  environment: text.default(hole("environment")).describe("Its environment"),
  release: text.default(hole("version")).describe("Version of the release"),
  tenant: text.optional(),
  create: z
    .union([
      z.boolean(),
      z.strictObject({
        channel: text.optional(),
        packageVersion: text.optional().describe("Version of the packages; else the newest that fit"),
      }),
    ])
    .default(false)
    .describe("Create the release when there is none of that version"),
});
type Spec = z.output<typeof schema>;

interface Place {
  space: string;
  project: string;
  projectName: string;
  environment: string;
  tenant: string | null;
}

async function named(
  path: string,
  name: string,
  what: string,
  api: Api,
): Promise<{ id: string; name: string }> {
  const { body } = await api.get(`${path}/all`);
  const found = listAt(body).find((each) =>
    ["Name", "Id", "Slug"].some((key) => textAt(each, key)?.toLowerCase() === name.toLowerCase()),
  );
  const id = textAt(found, "Id");
  if (id !== null) return { id, name: textAt(found, "Name") ?? name };
  throw refuse(`Octopus has no ${what} ${name} that this token sees.`, "Look at the names in vice.yaml.");
}

async function placeOf({ space, project, environment, tenant }: Spec, api: Api): Promise<Place> {
  const at = `api/${(await named("api/spaces", space, "space", api)).id}`;
  const found = await named(`${at}/projects`, project, "project", api);
  return {
    ...{ space: at.slice(4), project: found.id, projectName: found.name },
    environment: (await named(`${at}/environments`, environment, "environment", api)).id,
    tenant: tenant === undefined ? null : (await named(`${at}/tenants`, tenant, "tenant", api)).id,
  };
}

/** @returns `null` = there is none of that version */
async function releaseOf({ release }: Spec, { space, project }: Place, api: Api): Promise<string | null> {
  const path = `api/${space}/projects/${project}/releases/${encodeURIComponent(release)}`;
  return textAt((await api.get(path, { absent: [404] })).body, "Id");
}

async function createRelease({ spec, isRollback }: Ask<Spec>, place: Place, api: Api): Promise<string> {
  const none = `${spec.project} has no release ${spec.release}.`;
  if (spec.create === false || isRollback) throw refuse(none, "Create it at Octopus, or say `create: true`.");
  const { channel, packageVersion } = spec.create === true ? {} : spec.create;
  const answer = await api.post(`api/${place.space}/releases/create/v1`, {
    ...{
      SpaceId: place.space,
      SpaceIdOrName: place.space,
      ProjectName: place.projectName,
      ReleaseVersion: spec.release,
    },
    ...(channel === undefined ? {} : { ChannelName: channel }),
    ...(packageVersion === undefined ? {} : { PackageVersion: packageVersion }),
    IgnoreIfAlreadyExists: true,
  });
  return idOf("Octopus", answer, "ReleaseId");
}

const startedOf = (base: string, space: string, deployment: string, task: string): Started => ({
  id: deployment,
  url: `${base}/app#/${space}/tasks/${task}`,
  refs: { space, task },
});

const STATES: Readonly<Record<string, Progress["state"]>> = {
  ...{ Success: "succeeded", Failed: "failed", TimedOut: "failed", Canceled: "canceled" },
  ...{ Queued: "waiting", Executing: "running", Cancelling: "running" },
};

export const octopus = defineVendor<Spec>({
  ...{ name: "octopus", title: "Octopus", schema, settleMs: 5000 },
  urlOf: ({ url }) => url,
  headers: (token): Record<string, string> => (token === null ? {} : { "x-octopus-apikey": token }),
  says: ({ project, environment, release }) => `a deployment of ${project} ${release} to ${environment}`,
  look: async (ask, api) => {
    const place = await placeOf(ask.spec, api);
    const isThere = ask.spec.create !== false || (await releaseOf(ask.spec, place, api)) !== null;
    return isThere
      ? []
      : [
          `${ask.spec.project} has no release ${ask.spec.release}; create it at Octopus, or say \`create: true\``,
        ];
  },
  start: async (ask, api) => {
    const place = await placeOf(ask.spec, api);
    const release = (await releaseOf(ask.spec, place, api)) ?? (await createRelease(ask, place, api));
    const answer = await api.post(`api/${place.space}/deployments`, {
      ...{ ReleaseId: release, EnvironmentId: place.environment, Comments: `vice ${ask.key}` },
      ...(place.tenant === null ? {} : { TenantId: place.tenant }),
    });
    const id = idOf("Octopus", answer, "Id");
    return startedOf(api.base, place.space, id, idOf("Octopus", answer, "TaskId"));
  },
  find: async ({ spec, key }, api) => {
    const { space, project, environment } = await placeOf(spec, api);
    const { body } = await api.get(
      `api/${space}/deployments?projects=${project}&environments=${environment}&take=50`,
    );
    const found = listAt(body, "Items").find((each) => textAt(each, "Comments") === `vice ${key}`);
    const [id, task] = [textAt(found, "Id"), textAt(found, "TaskId")];
    if (id === null || task === null) return { what: "none" };
    return { what: "found", started: startedOf(api.base, space, id, task) };
  },
  follow: async ({ refs }, _ask, api) => {
    const { body } = await api.get(`api/${refs["space"]}/tasks/${refs["task"]}`);
    const word = textAt(body, "State") ?? "";
    const state = STATES[word] ?? "running";
    const why = state === "failed" ? textAt(body, "ErrorMessage") : null;
    const waits = at(body, "HasPendingInterruptions") === true && state === "running";
    if (waits) return { state: "waiting", says: "it waits for somebody to take responsibility or agree" };
    return { state, says: `${word.toLowerCase()}${why === null ? "" : `: ${why}`}` };
  },
  log: async ({ refs }, _ask, cursor, api) => {
    const { status, text: whole } = await api.get(`api/${refs["space"]}/tasks/${refs["task"]}/raw`, LOG);
    return sinceCursor(status === 200 ? whole : "", cursor);
  },
  cancel: async ({ refs }, _ask, _isForced, api) => {
    await api.post(`api/${refs["space"]}/tasks/${refs["task"]}/cancel`, null, { fine: [400, 404, 409] });
    return null;
  },
});
