/** A deployment of GitHub: others carry it out and report statuses, which are followed. Pages: see github.ts. */
import { at, idOf, listAt, refuse, textAt } from "./api.ts";
import { type Progress, type Started, type Vendor, viceVariables } from "./vendor.ts";

export interface DeploymentSpec {
  repository: string;
  deployment?:
    | { ref: string; environment: string; task?: string | undefined; contexts?: string[] | undefined }
    | undefined;
}

export type DeploymentVendor<Spec> = Pick<
  Vendor<Spec>,
  "look" | "start" | "find" | "follow" | "log" | "cancel"
>;

const startedOf = (id: string): Started => ({ id, url: null, refs: { deployment: id } });

const STATES: Readonly<Record<string, Progress["state"]>> = {
  ...{ success: "succeeded", failure: "failed", error: "failed", in_progress: "running" },
};

export function deploymentVendor(pathOf: (spec: DeploymentSpec) => string): DeploymentVendor<DeploymentSpec> {
  const path = (spec: DeploymentSpec): string => `${pathOf(spec)}/deployments`;
  return {
    look: async ({ spec }, api) => {
      await api.get(pathOf(spec));
      const ref = encodeURIComponent(spec.deployment?.ref ?? "");
      const { status } = await api.get(`${pathOf(spec)}/commits/${ref}`, { absent: [404, 409, 422] });
      return status === 200
        ? []
        : [`${spec.repository} has no commit, branch or tag ${spec.deployment?.ref}`];
    },
    start: async (ask, api) => {
      const { ref = "", environment = "", task, contexts } = ask.spec.deployment ?? {};
      const answer = await api.post(path(ask.spec), {
        ...{ ref, environment, auto_merge: false, description: `vice ${ask.run}`.slice(0, 140) },
        ...(task === undefined ? {} : { task }),
        ...(contexts === undefined ? {} : { required_contexts: contexts }),
        // `version` is what our own reading of the webhook looks for.
        payload: {
          ...viceVariables(ask),
          ...(ask.release.version === null ? {} : { version: ask.release.version }),
        },
      });
      if (answer.status === 202)
        throw refuse(`GitHub made no deployment: ${textAt(answer.body, "message") ?? "it merged instead"}.`);
      return startedOf(idOf("GitHub", answer, "id"));
    },
    find: async ({ spec, key }, api) => {
      const environment = encodeURIComponent(spec.deployment?.environment ?? "");
      const { body } = await api.get(`${path(spec)}?environment=${environment}&per_page=50`);
      const found = listAt(body).find((each) => {
        const payload = at(each, "payload");
        return textAt(typeof payload === "string" ? parsed(payload) : payload, "VICE_KEY") === key;
      });
      const id = textAt(found, "id");
      return id === null ? { what: "none" } : { what: "found", started: startedOf(id) };
    },
    follow: async (started, { spec }, api) => {
      const { body } = await api.get(`${path(spec)}/${started.refs["deployment"]}/statuses?per_page=30`);
      // Newest first; `inactive` says only that a later deployment took its place.
      const status = listAt(body).find((each) => textAt(each, "state") !== "inactive");
      const word = textAt(status, "state");
      if (word === null) return { state: "waiting", says: "nobody has reported on the deployment yet" };
      const said = textAt(status, "description");
      const url = textAt(status, "log_url") ?? textAt(status, "target_url");
      return {
        state: STATES[word] ?? "waiting",
        says: `deployment ${started.id}: ${word}${said === null ? "" : `, ${said}`}`,
        ...(url === null || url === started.url ? {} : { started: { ...started, url } }),
      };
    },
    log: async ({ refs }, { spec }, cursor, api) => {
      const { body } = await api.get(`${path(spec)}/${refs["deployment"]}/statuses?per_page=100`);
      const all = listAt(body).toReversed();
      const from = Number(cursor ?? 0);
      const lines = all
        .slice(from)
        .map((each) => `${textAt(each, "state")} ${textAt(each, "description") ?? ""}`.trim());
      return { text: lines.map((line) => `${line}\n`).join(""), cursor: String(all.length) };
    },
    cancel: async () => "GitHub cannot cancel a deployment: end it where it is carried out",
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
