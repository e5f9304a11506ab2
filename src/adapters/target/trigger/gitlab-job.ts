/** One job of GitLab that is played: a manual one is begun, one that ran already is run again. Pages: see gitlab.ts. */
import { type Api, idOf, listAt, refuse, textAt } from "./api.ts";
import { logOfJobs } from "./gitlab-log.ts";
import { type Ask, type Progress, type Started, type Vendor, viceVariables } from "./vendor.ts";

export interface JobSpec {
  project: string;
  ref: string;
  variables: Record<string, string>;
  job?: string | undefined;
}

export type JobVendor = Pick<Vendor<JobSpec>, "look" | "start" | "find" | "follow" | "log" | "cancel">;

const startedOf = (body: unknown, id: string): Started => ({
  id,
  url: textAt(body, "web_url"),
  refs: { job: id },
});

export function jobVendor(
  pathOf: (spec: JobSpec) => string,
  progressOf: (what: string, status: string | null) => Progress,
): JobVendor {
  /** @throws ViceError when there is none */
  async function jobOf({ spec, release }: Ask<JobSpec>, api: Api): Promise<unknown> {
    const project = pathOf(spec);
    const by =
      release.commitSha === null ? `ref=${encodeURIComponent(spec.ref)}` : `sha=${release.commitSha}`;
    const pipelines = await api.get(`${project}/pipelines?${by}&per_page=1`);
    const pipeline = textAt(pipelines.body, 0, "id");
    if (pipeline === null)
      throw refuse(
        `${spec.project} has no pipeline for ${by.replace("=", " ")}.`,
        "Let its pipeline run first.",
      );
    const jobs = await api.get(`${project}/pipelines/${pipeline}/jobs?per_page=100`);
    const job = listAt(jobs.body).find((each) => textAt(each, "name") === spec.job);
    if (job !== undefined) return job;
    const names = listAt(jobs.body)
      .flatMap((each) => textAt(each, "name") ?? [])
      .join(", ");
    throw refuse(`Pipeline ${pipeline} of ${spec.project} has no job ${spec.job}.`, `It has: ${names}`);
  }

  async function find({ spec, refs }: Ask<JobSpec>, api: Api): ReturnType<JobVendor["find"]> {
    const { job, pipeline, was } = refs;
    if (job === undefined || pipeline === undefined) return { what: "none" };
    if (was === "manual") {
      const { body } = await api.get(`${pathOf(spec)}/jobs/${job}`);
      return textAt(body, "status") === "manual"
        ? { what: "none" }
        : { what: "found", started: startedOf(body, job) };
    }
    const { body } = await api.get(
      `${pathOf(spec)}/pipelines/${pipeline}/jobs?per_page=100&include_retried=true`,
    );
    const newer = listAt(body).find(
      (each) => textAt(each, "name") === spec.job && Number(textAt(each, "id")) > Number(job),
    );
    return newer === undefined
      ? { what: "none" }
      : { what: "found", started: startedOf(newer, textAt(newer, "id") ?? "") };
  }

  return {
    look: async (ask, api) => {
      const status = textAt(await jobOf(ask, api), "status");
      const isBusy = status !== "manual" && !ENDED.has(status ?? "");
      return isBusy ? [`the job ${ask.spec.job} cannot be played: it is ${status}`] : [];
    },
    start: async (ask, api) => {
      const job = await jobOf(ask, api);
      const id = textAt(job, "id") ?? "";
      const was = textAt(job, "status") ?? "";
      if (was !== "manual" && !ENDED.has(was))
        throw refuse(`The job ${ask.spec.job} cannot be played: it is ${was}.`);
      // By this it is known afterwards whether it was played: a job has no place for our key that can be read.
      ask.note({ job: id, was, pipeline: textAt(job, "pipeline", "id") ?? "" });
      const list = Object.entries({ ...viceVariables(ask), ...ask.spec.variables });
      const body =
        was === "manual" ? { job_variables_attributes: list.map(([key, value]) => ({ key, value })) } : null;
      const answer = await api.post(
        `${pathOf(ask.spec)}/jobs/${id}/${was === "manual" ? "play" : "retry"}`,
        body,
      );
      return startedOf(answer.body, idOf("GitLab", answer, "id"));
    },
    find,
    follow: async ({ refs }, { spec }, api) => {
      const { body } = await api.get(`${pathOf(spec)}/jobs/${refs["job"]}`);
      return progressOf(`job ${spec.job}`, textAt(body, "status"));
    },
    log: async ({ refs }, { spec }, cursor, api) => {
      const { body } = await api.get(`${pathOf(spec)}/jobs/${refs["job"]}`);
      return logOfJobs(pathOf(spec), [body], cursor, api);
    },
    cancel: async ({ refs }, { spec }, _isForced, api) => {
      await api.post(`${pathOf(spec)}/jobs/${refs["job"]}/cancel`, null);
      return null;
    },
  };
}

const ENDED = new Set(["success", "failed", "canceled"]);
