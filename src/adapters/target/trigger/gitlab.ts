/**
 * GitLab: a pipeline is run for a branch or tag with variables, or (with `job`) a job of the newest pipeline of the
 * commit is played. Pages: docs.gitlab.com/api/pipelines (create, get, variables, cancel), /api/jobs (list, play, retry,
 * trace, cancel), /ci/variables (who may set pipeline variables).
 */
import { z } from "zod";
import { type Api, idOf, listAt, textAt } from "./api.ts";
import { isRefused } from "./follow.ts";
import { type JobVendor, jobVendor } from "./gitlab-job.ts";
import { logOfJobs } from "./gitlab-log.ts";
import { address, hole, text, texts } from "./spec.ts";
import {
  type Ask,
  defineVendor,
  type Found,
  type Progress,
  SKEW_MS,
  type Started,
  type Vendor,
  viceVariables,
} from "./vendor.ts";

const schema = z.strictObject({
  url: address.default("https://gitlab.com").describe("https://gitlab.example.com"),
  project: text.describe("Path or number of the project: group/shop"),
  ref: text.default("main").describe(`Branch or tag whose pipeline is run; ${hole("version")} for a tag`),
  variables: texts.describe("Variables of the pipeline"),
  inputs: texts.describe("Inputs of the pipeline (GitLab 17.10 and later)"),
  job: text.optional().describe("Instead: play this job of the newest pipeline of the commit"),
});
type GitlabSpec = z.output<typeof schema>;

const projectPath = ({ project }: Pick<GitlabSpec, "project">): string =>
  `api/v4/projects/${encodeURIComponent(project)}`;

const startedOf = (body: unknown, id: string): Started => ({
  id,
  url: textAt(body, "web_url"),
  refs: { pipeline: id },
});

const listOf = (variables: Readonly<Record<string, string>>) =>
  Object.entries(variables).map(([key, value]) => ({ key, value }));

/** A project may forbid variables (400 "Insufficient permissions to set pipeline variables"): own ones it has to allow. */
async function create(ask: Ask<GitlabSpec>, api: Api): Promise<Started> {
  const { ref, inputs, variables } = ask.spec;
  const path = `${projectPath(ask.spec)}/pipeline`;
  const common = { ref, ...(Object.keys(inputs).length === 0 ? {} : { inputs }) };
  try {
    ask.note({ marked: "yes" });
    const body = { ...common, variables: listOf({ ...viceVariables(ask), ...variables }) };
    const answer = await api.post(path, body);
    return startedOf(answer.body, idOf("GitLab", answer, "id"));
  } catch (error) {
    const isForbidden = isRefused(error) && /permissions? to set pipeline variables/i.test(error.message);
    if (!isForbidden || Object.keys(variables).length > 0) throw error;
    ask.log("GitLab: this project takes no variables, so none are handed over");
    ask.note({ marked: "no" });
    const answer = await api.post(path, common);
    return startedOf(answer.body, idOf("GitLab", answer, "id"));
  }
}

async function find(ask: Ask<GitlabSpec>, api: Api): Promise<Found> {
  const project = projectPath(ask.spec);
  const ref = encodeURIComponent(ask.spec.ref);
  const { body } = await api.get(`${project}/pipelines?source=api&ref=${ref}&per_page=50`);
  const since = listAt(body).filter(
    (each) => Date.parse(textAt(each, "created_at") ?? "") >= ask.intendedMs - SKEW_MS,
  );
  const unclear: string[] = [];
  for (const pipeline of since) {
    const id = textAt(pipeline, "id") ?? "";
    const variables = await api.get(`${project}/pipelines/${id}/variables`, { absent: [401, 403, 404] });
    const isOurs = listAt(variables.body).some((each) => textAt(each, "value") === ask.key);
    if (isOurs) return { what: "found", started: startedOf(pipeline, id) };
    if (variables.status !== 200 || ask.refs["marked"] === "no")
      unclear.push(textAt(pipeline, "web_url") ?? id);
  }
  if (unclear.length === 0) return { what: "none" };
  const reason = `Nobody can see whether ${unclear.join(", ")} is it: its variables cannot be read; look there`;
  return { what: "unknown", reason };
}

/** `skipped` ran nothing; `manual` waits for a person. */
const STATES: Readonly<Record<string, Progress["state"]>> = {
  ...{ success: "succeeded", failed: "failed", skipped: "failed", canceled: "canceled" },
  ...{ running: "running", canceling: "running" },
};
const progressOf = (what: string, status: string | null): Progress => ({
  state: STATES[status ?? ""] ?? "waiting",
  says: status === "manual" ? `${what} waits for somebody to play a manual job` : `${what}: ${status}`,
});

const pipelineVendor: Pick<Vendor<GitlabSpec>, "look" | "start" | "find" | "follow" | "log" | "cancel"> = {
  look: async ({ spec }, api) => {
    await api.get(projectPath(spec));
    const ref = encodeURIComponent(spec.ref);
    const branch = await api.get(`${projectPath(spec)}/repository/branches/${ref}`, { absent: [403, 404] });
    if (branch.status !== 404) return [];
    const tag = await api.get(`${projectPath(spec)}/repository/tags/${ref}`, { absent: [403, 404] });
    return tag.status === 404 ? [`${spec.project} has neither a branch nor a tag ${spec.ref}`] : [];
  },
  start: create,
  find,
  follow: async ({ refs }, { spec }, api) => {
    const { body } = await api.get(`${projectPath(spec)}/pipelines/${refs["pipeline"]}`);
    return progressOf(`pipeline ${refs["pipeline"]}`, textAt(body, "status"));
  },
  log: async ({ refs }, { spec }, cursor, api) => {
    const project = projectPath(spec);
    const { body } = await api.get(`${project}/pipelines/${refs["pipeline"]}/jobs?per_page=100`);
    return logOfJobs(project, listAt(body).toReversed(), cursor, api);
  },
  cancel: async ({ refs }, { spec }, _isForced, api) => {
    await api.post(`${projectPath(spec)}/pipelines/${refs["pipeline"]}/cancel`, null);
    return null;
  },
};

const jobs = jobVendor(projectPath, progressOf);
const of = ({ job }: GitlabSpec): JobVendor => (job === undefined ? pipelineVendor : jobs);

export const gitlab = defineVendor<GitlabSpec>({
  ...{ name: "gitlab", title: "GitLab", schema, settleMs: 5000 },
  urlOf: ({ url }) => url,
  headers: (token): Record<string, string> => (token === null ? {} : { "private-token": token }),
  says: ({ project, ref, job }) =>
    job === undefined ? `a pipeline of ${project} for ${ref}` : `the job ${job} of ${project}`,
  look: (ask, api) => of(ask.spec).look(ask, api),
  start: (ask, api) => of(ask.spec).start(ask, api),
  find: (ask, api) => of(ask.spec).find(ask, api),
  follow: (started, ask, api) => of(ask.spec).follow(started, ask, api),
  log: (started, ask, cursor, api) => of(ask.spec).log(started, ask, cursor, api),
  cancel: (started, ask, isForced, api) => of(ask.spec).cancel(started, ask, isForced, api),
});
