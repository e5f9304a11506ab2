/**
 * GitHub: a workflow is dispatched and its run followed, or a deployment is created and its statuses are followed.
 * Pages: docs.github.com/rest/actions/workflows (create a workflow dispatch event), github.blog changelog 2026-02-19
 * (`return_run_details` gives `workflow_run_id`, `html_url`; without it 204), /rest/actions/workflow-runs (list, get,
 * cancel, force-cancel), /rest/actions/workflow-jobs (jobs, logs by redirect), /rest/deployments.
 */
import { z } from "zod";
import { type Answer, type Api, listAt, textAt } from "./api.ts";
import { isRefused } from "./follow.ts";
import { type DeploymentVendor, deploymentVendor } from "./github-deployment.ts";
import { logOfRun } from "./github-log.ts";
import { address, hole, text, texts } from "./spec.ts";
import { type Ask, defineVendor, type Found, type Progress, SKEW_MS, type Started } from "./vendor.ts";

const schema = z
  .strictObject({
    url: address
      .default("https://api.github.com")
      .transform(apiOf)
      .describe("https://ghe.example.com/api/v3"),
    repository: text.regex(/^[^/\s]+\/[^/\s]+$/, "a repository is OWNER/NAME"),
    workflow: text.optional().describe("File or id of the workflow: deploy.yml"),
    ref: text.default("main").describe(`Branch or tag; ${hole("version")} for a tag`),
    inputs: texts.describe(
      `Inputs that the workflow declares; one with ${hole("key")} that its run-name shows lets it be found again`,
    ),
    deployment: z
      .strictObject({
        ref: text.default(hole("commit")),
        environment: text.default(hole("environment")),
        task: text.optional(),
        contexts: z.array(text).optional().describe("Checks that must be green; absent = all of them"),
      })
      .optional()
      .describe("Instead of a workflow: a deployment that others carry out and report on"),
  })
  .refine(
    ({ workflow, deployment }) => (workflow === undefined) !== (deployment === undefined),
    "name either a workflow or a deployment",
  );
export type GithubSpec = z.output<typeof schema>;

/** `github.com` has its API elsewhere, a server of one's own has it below `/api/v3`. */
function apiOf(url: string): string {
  const plain = url.replace(/\/+$/, "");
  const { hostname } = new URL(plain);
  if (hostname === "github.com" || hostname === "www.github.com") return "https://api.github.com";
  return hostname.startsWith("api.") || plain.endsWith("/api/v3") ? plain : `${plain}/api/v3`;
}

const repoPath = ({ repository }: Pick<GithubSpec, "repository">): string => `repos/${repository}`;
const workflowPath = (spec: GithubSpec): string =>
  `${repoPath(spec)}/actions/workflows/${encodeURIComponent(spec.workflow ?? "")}`;

const startedOf = (id: string, url: string | null): Started => ({ id, url, refs: { run: id } });

/** Servers of one's own that are older refuse the word. */
async function dispatch(ask: Ask<GithubSpec>, api: Api): Promise<Answer> {
  const { ref, inputs } = ask.spec;
  const path = `${workflowPath(ask.spec)}/dispatches`;
  try {
    return await api.post(path, { ref, inputs, return_run_details: true });
  } catch (error) {
    if (isRefused(error) && error.message.includes("return_run_details"))
      return api.post(path, { ref, inputs });
    throw error;
  }
}

/** As a whole: the key of the first attempt is the beginning of that of the tenth. */
const shows = (title: string, key: string): boolean =>
  title.split(key).some((before, at, all) => {
    const after = all[at + 1];
    return after !== undefined && !/[0-9a-z]$/i.test(before) && !/^[0-9a-z]/i.test(after);
  });

async function find(ask: Ask<GithubSpec>, api: Api): Promise<Found> {
  const since = new Date(ask.intendedMs - SKEW_MS).toISOString().replace(/\.\d+Z$/, "Z");
  const query = `event=workflow_dispatch&created=${encodeURIComponent(`>=${since}`)}&per_page=50`;
  const { body } = await api.get(`${workflowPath(ask.spec)}/runs?${query}`);
  const runs = listAt(body, "workflow_runs");
  const found = runs.find((run) => shows(textAt(run, "display_title") ?? "", ask.key));
  const id = textAt(found, "id");
  if (id !== null) return { what: "found", started: startedOf(id, textAt(found, "html_url")) };
  if (runs.length === 0) return { what: "none" };
  const which = runs.flatMap((run) => textAt(run, "html_url") ?? []).join(", ");
  const reason = `Its run-name does not show the key, so nobody knows whether ${which} is it; give it an input with ${hole("key")} and show that in run-name`;
  return { what: "unknown", reason };
}

const CONCLUSIONS: Readonly<Record<string, Progress["state"]>> = {
  ...{ success: "succeeded", neutral: "succeeded", cancelled: "canceled" },
};
const WAITING = new Set(["queued", "requested", "pending", "waiting"]);

function progressOf(body: unknown): Progress {
  const status = textAt(body, "status") ?? "";
  const name = `run ${textAt(body, "run_number") ?? textAt(body, "id")}`;
  if (status === "waiting")
    return { state: "waiting", says: `${name} waits for somebody to agree, or for its environment` };
  if (status !== "completed")
    return { state: WAITING.has(status) ? "waiting" : "running", says: `${name}: ${status}` };
  const conclusion = textAt(body, "conclusion") ?? "";
  return { state: CONCLUSIONS[conclusion] ?? "failed", says: `${name}: ${conclusion}` };
}

const runs: DeploymentVendor<GithubSpec> = {
  look: async ({ spec }, api) => {
    const { body } = await api.get(workflowPath(spec));
    const state = textAt(body, "state");
    return state === null || state === "active"
      ? []
      : [`the workflow ${spec.workflow} is ${state.replaceAll("_", " ")}`];
  },
  start: async (ask, api) => {
    const { body } = await dispatch(ask, api);
    const id = textAt(body, "workflow_run_id");
    return id === null ? null : startedOf(id, textAt(body, "html_url"));
  },
  find,
  follow: async ({ refs }, { spec }, api) =>
    progressOf((await api.get(`${repoPath(spec)}/actions/runs/${refs["run"]}`)).body),
  log: async ({ refs }, { spec }, cursor, api) => logOfRun(repoPath(spec), refs["run"] ?? "", cursor, api),
  cancel: async ({ refs }, { spec }, isForced, api) => {
    const how = isForced ? "force-cancel" : "cancel";
    await api.post(`${repoPath(spec)}/actions/runs/${refs["run"]}/${how}`, null, { fine: [409] });
    return null;
  },
};

const deployments = deploymentVendor(repoPath);
const of = ({ workflow }: GithubSpec): DeploymentVendor<GithubSpec> =>
  workflow === undefined ? deployments : runs;

export const github = defineVendor<GithubSpec>({
  // A dispatched run is listed only after some seconds.
  ...{ name: "github", title: "GitHub", schema, settleMs: 60_000 },
  urlOf: ({ url }) => url,
  apiOf,
  headers: (token): Record<string, string> => ({
    ...{ accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" },
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  }),
  says: ({ repository, workflow, ref, deployment }) =>
    deployment === undefined
      ? `the workflow ${workflow} of ${repository} for ${ref}`
      : `a deployment of ${repository} ${deployment.ref} to ${deployment.environment}`,
  look: (ask, api) => of(ask.spec).look(ask, api),
  start: (ask, api) => of(ask.spec).start(ask, api),
  find: (ask, api) => of(ask.spec).find(ask, api),
  follow: (started, ask, api) => of(ask.spec).follow(started, ask, api),
  log: (started, ask, cursor, api) => of(ask.spec).log(started, ask, cursor, api),
  cancel: (started, ask, isForced, api) => of(ask.spec).cancel(started, ask, isForced, api),
});
