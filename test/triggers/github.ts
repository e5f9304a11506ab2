// GitHub's REST API as its pages describe it: dispatches, runs that show up late, logs elsewhere, deployments.
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

export const REPOSITORY = "example-shop/shop";
const BASE = `/api/v3/repos/${REPOSITORY}`;

export interface GithubOptions {
  /** A server of one's own that does not know `return_run_details`. */
  isOlder?: boolean;
  /** Whether `run-name` of the workflow shows the input `vice_key`. */
  showsKey?: boolean;
  /** Where the store of logs is. */
  logs?: () => string;
}

export const fakeGithub = (options: GithubOptions = {}): Promise<FakeVendor> =>
  fakeVendor((asked, fake) => {
    if (asked.headers["authorization"] !== `Bearer ${TOKEN}`)
      return { status: 401, body: { message: "Bad credentials" } };
    if (!asked.path.startsWith(BASE)) return NOTHING;
    return answer({ ...asked, path: asked.path.slice(BASE.length) }, fake, options);
  });

function answer({ method, path, body }: Asked, fake: FakeVendor, options: GithubOptions): Said {
  const on = `${method} ${path}`;
  if (on === "GET ") return { body: { full_name: REPOSITORY } };
  if (on === "GET /actions/workflows/deploy.yml") return { body: { id: 5, state: "active" } };
  if (on === "POST /actions/workflows/deploy.yml/dispatches") return dispatch(body, fake, options);
  if (on === "GET /actions/workflows/deploy.yml/runs")
    return { body: { workflow_runs: fake.runs.toReversed().map((run) => shown(run, options)) } };
  const [, id, rest = ""] = /^\/actions\/runs\/(\d+)(?:\/(.*))?$/.exec(path) ?? [];
  const run = fake.runs.find((each) => String(each.id) === id);
  if (run !== undefined) return runOf(run, rest, fake, options);
  const [, job] = /^\/actions\/jobs\/(\d+)\/logs$/.exec(path) ?? [];
  const of = fake.runs.find((each) => String(each.id * 10) === job);
  if (of !== undefined)
    return {
      status: 302,
      headers: { location: `${options.logs?.() ?? "http://logs.invalid"}/${job}?sig=1` },
    };
  return deployments(on, body, fake);
}

function dispatch(body: unknown, fake: FakeVendor, { isOlder = false }: GithubOptions): Said {
  const details = pick(body, "return_run_details");
  if (isOlder && details !== undefined)
    return {
      status: 422,
      body: { message: 'Invalid request.\n\n"return_run_details" is not a permitted key.' },
    };
  const inputs = Object(pick(body, "inputs")) as Record<string, string>;
  const strange = Object.keys(inputs).filter((name) => !["version", "vice_key"].includes(name));
  if (strange.length > 0)
    return { status: 422, body: { message: `Unexpected inputs provided: ${JSON.stringify(strange)}` } };
  const run = fake.start(inputs["version"] ?? "", Object.values(inputs), { key: inputs["vice_key"] });
  if (details !== true) return { status: 204 };
  return {
    body: {
      workflow_run_id: run.id,
      run_url: `${fake.url}${BASE}/actions/runs/${run.id}`,
      html_url: pageOf(run),
    },
  };
}

const pageOf = ({ id }: Run): string => `https://github.com/${REPOSITORY}/actions/runs/${id}`;
const CONCLUSIONS = { succeeded: "success", failed: "failure", canceled: "cancelled" } as const;

function shown(run: Run, { showsKey = true }: GithubOptions) {
  const isOpen = run.state === "waiting" || run.state === "running";
  return {
    ...{
      id: run.id,
      run_number: run.id - 39,
      created_at: run.startedAt,
      html_url: pageOf(run),
      event: "workflow_dispatch",
    },
    status: run.state === "waiting" ? "queued" : isOpen ? "in_progress" : "completed",
    conclusion: run.state === "waiting" || run.state === "running" ? null : CONCLUSIONS[run.state],
    display_title: showsKey ? `Deploy ${run.facts["key"]}` : "Deploy",
  };
}

function runOf(run: Run, rest: string, fake: FakeVendor, options: GithubOptions): Said {
  if (rest === "cancel" || rest === "force-cancel") {
    if (run.state !== "waiting" && run.state !== "running")
      return { status: 409, body: { message: "Cannot cancel a workflow run that is completed." } };
    run.state = "canceled";
    return { status: 202, body: {} };
  }
  if (rest === "jobs") {
    if (run.state === "waiting") return { body: { jobs: [] } };
    const { status, conclusion } = shown(run, options);
    const steps = [
      { name: `deploying ${run.version}`, status: "completed", conclusion: "success", number: 1 },
    ];
    return { body: { jobs: [{ id: run.id * 10, name: "deploy", status, conclusion, steps }] } };
  }
  fake.advance(run);
  return { body: shown(run, options) };
}

function deployments(on: string, body: unknown, fake: FakeVendor): Said {
  if (/^GET \/commits\//.test(on))
    return on.endsWith("/none")
      ? { status: 422, body: { message: "No commit found for SHA: none" } }
      : { body: {} };
  if (on === "POST /deployments") {
    if (pick(body, "ref") === "red")
      return { status: 409, body: { message: "Conflict: Commit status checks failed for red." } };
    const run = fake.start(String(pick(body, "payload", "version")), [], { payload: pick(body, "payload") });
    return { status: 201, body: { id: run.id } };
  }
  if (on === "GET /deployments")
    return { body: fake.runs.toReversed().map(({ id, facts }) => ({ id, payload: facts["payload"] })) };
  const [, id] = /^GET \/deployments\/(\d+)\/statuses$/.exec(on) ?? [];
  const run = fake.runs.find((each) => String(each.id) === id);
  if (run === undefined) return NOTHING;
  fake.advance(run);
  const word = {
    waiting: null,
    running: "in_progress",
    succeeded: "success",
    failed: "failure",
    canceled: "error",
  }[run.state];
  const status = {
    state: word,
    description: `deploying ${run.version}`,
    log_url: `https://deployer.example.com/${run.id}`,
  };
  return { body: word === null ? [] : [status, { state: "queued", description: "taken", log_url: "" }] };
}
