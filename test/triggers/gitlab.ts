// GitLab's REST API as its pages describe it: pipelines with variables, manual jobs, traces, a cancel.
import {
  type Asked,
  type FakeVendor,
  fakeVendor,
  NOTHING,
  pick,
  type Run,
  type Said,
  TOKEN,
} from "./server.ts";

export const PROJECT = "group/shop";
const BASE = `/api/v4/projects/${PROJECT}`;

export interface GitlabOptions {
  /** Whether the project lets pipelines be given variables. */
  takesVariables?: boolean;
}

export const fakeGitlab = ({ takesVariables = true }: GitlabOptions = {}): Promise<FakeVendor> =>
  fakeVendor((asked, fake) => {
    if (asked.headers["private-token"] !== TOKEN)
      return { status: 401, body: { message: "401 Unauthorized" } };
    if (!asked.path.startsWith(BASE)) return NOTHING;
    return answer({ ...asked, path: asked.path.slice(BASE.length) }, fake, takesVariables);
  });

function answer(asked: Asked, fake: FakeVendor, takesVariables: boolean): Said {
  const { method, path, body } = asked;
  const on = `${method} ${path}`;
  if (on === "GET ") return { body: { id: 7, path_with_namespace: PROJECT } };
  if (/^GET \/repository\/branches\//.test(on))
    return on.endsWith("/main") ? { body: { name: "main" } } : NOTHING;
  if (/^GET \/repository\/tags\//.test(on)) return on.endsWith("/none") ? NOTHING : { body: {} };
  if (on === "POST /pipeline") return create(body, fake, takesVariables);
  if (on === "GET /pipelines") return { body: fake.runs.toReversed().map(shown) };
  const [, id, rest = ""] = /^\/pipelines\/(\d+)(?:\/(.*))?$/.exec(path) ?? [];
  const run = fake.runs.find((each) => String(each.id) === id);
  if (run !== undefined) return pipeline(run, rest, fake);
  const [, job, what = ""] = /^\/jobs\/(\d+)(?:\/(.*))?$/.exec(path) ?? [];
  const of = fake.runs.find((each) => String(each.id * 10) === job);
  return of !== undefined && what === "trace" ? { body: trace(of, fake) } : NOTHING;
}

function create(body: unknown, fake: FakeVendor, takesVariables: boolean): Said {
  const variables = (pick(body, "variables") ?? []) as Array<{ key: string; value: string }>;
  if (variables.length > 0 && !takesVariables)
    return {
      status: 400,
      body: { message: { base: ["Insufficient permissions to set pipeline variables"] } },
    };
  const version = variables.find(({ key }) => key === "VERSION")?.value ?? String(pick(body, "ref"));
  const run = fake.start(
    version,
    variables.map(({ value }) => value),
    { variables, ref: pick(body, "ref") },
  );
  return { status: 201, body: shown(run) };
}

const STATUS = {
  waiting: "pending",
  running: "running",
  succeeded: "success",
  failed: "failed",
  canceled: "canceled",
} as const;

const shown = (run: Run) => ({
  ...{
    id: run.id,
    status: STATUS[run.state],
    created_at: run.startedAt,
    source: "api",
    ref: run.facts["ref"],
  },
  web_url: `https://gitlab.example.com/${PROJECT}/-/pipelines/${run.id}`,
});

function pipeline(run: Run, rest: string, fake: FakeVendor): Said {
  if (rest === "variables") return { body: run.facts["variables"] };
  if (rest === "cancel") {
    if (run.state === "running" || run.state === "waiting") run.state = "canceled";
    return { body: shown(run) };
  }
  if (rest === "jobs") {
    const started_at = run.state === "waiting" ? null : run.startedAt;
    return { body: [{ id: run.id * 10, name: "deploy", status: STATUS[run.state], started_at }] };
  }
  fake.advance(run);
  return { body: shown(run) };
}

const trace = (run: Run, fake: FakeVendor): string =>
  `section_start:1560896352:prepare\r\u001b[0KPreparing\n${fake.log(run)}`;

/** A job that is played by hand in the pipeline of a commit. */
export const SHA = "279484c09fbe69ededfced8c1bb6e6d24616b468";

export const fakeGitlabJob = (): Promise<FakeVendor> => {
  const first = { id: 500, status: "manual" };
  return fakeVendor((asked, fake) => {
    const on = `${asked.method} ${asked.path.slice(BASE.length)}`;
    const jobs = () => [
      ...fake.runs.toReversed().map((run) => job(run)),
      ...(fake.runs.some(({ facts }) => facts["played"] === true)
        ? []
        : [{ ...first, name: "deploy", pipeline: { id: 6 } }]),
    ];
    if (on === "GET /pipelines") return { body: asked.query.get("sha") === SHA ? [{ id: 6 }] : [] };
    if (on === "GET /pipelines/6/jobs") return { body: jobs() };
    const [, id, what] = /^(?:GET|POST) \/jobs\/(\d+)(?:\/(.*))?$/.exec(on) ?? [];
    const run = fake.runs.find((each) => idOf(each) === Number(id));
    if (what === "play" && run === undefined && id === "500")
      return { body: job(fake.start("1.4.2", [], { played: true })) };
    if (what === "play") return { status: 400, body: { message: "400 Bad request - Unplayable Job" } };
    if (what === "retry" && run !== undefined) return { status: 201, body: job(fake.start("1.4.2", [])) };
    if (run === undefined) return id === "500" ? { body: { ...first, name: "deploy" } } : NOTHING;
    if (what === "trace") return { body: fake.log(run) };
    if (what === undefined) fake.advance(run);
    return { body: job(run) };
  });
};

const idOf = (run: Run): number => (run.facts["played"] === true ? 500 : 500 + run.id);
const job = (run: Run) => ({
  ...{
    id: idOf(run),
    name: "deploy",
    status: STATUS[run.state],
    started_at: run.startedAt,
    pipeline: { id: 6 },
  },
  web_url: `https://gitlab.example.com/${PROJECT}/-/jobs/${idOf(run)}`,
});
