// Jenkins as its remote access API is documented: queue items that become builds, a log in pieces, a stop.
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

export const JOB = "team/shop deploy";
const PATH = "/job/team/job/shop deploy";

export interface JenkinsOptions {
  /** Parameters that the job declares; `null` = none. */
  declared?: readonly string[] | null;
  /** What Jenkins believes its own address to be. */
  root?: string;
}

const USUAL = ["VERSION", "ENVIRONMENT", "VICE_KEY", "VICE_RUN_ID", "VICE_SERVICE", "VICE_ENVIRONMENT"];

export const fakeJenkins = ({
  declared = USUAL,
  root = "http://jenkins.internal.example",
}: JenkinsOptions = {}): Promise<FakeVendor> =>
  fakeVendor((asked, fake) => {
    const basic = `Basic ${Buffer.from(`deployer:${TOKEN}`).toString("base64")}`;
    if (asked.headers["authorization"] !== basic)
      return { status: 401, body: "<html><title>Error 401 Unauthorized</title></html>" };
    return answer(asked, fake, declared, root);
  });

function answer(asked: Asked, fake: FakeVendor, declared: readonly string[] | null, root: string): Said {
  const { method, path, query, body } = asked;
  const on = `${method} ${path}`;
  if (on === `GET ${PATH}/api/json`) return { body: job(fake, query.get("tree") ?? "", declared) };
  if (on === `POST ${PATH}/buildWithParameters` || on === `POST ${PATH}/build`) {
    if (on.endsWith("/buildWithParameters") !== (declared !== null)) return { status: 400, body: "not so" };
    const given = Object.entries(Object(body) as Record<string, string>).filter(([name]) =>
      declared?.includes(name),
    );
    const run = fake.start(
      String(pick(body, "VERSION") ?? ""),
      given.map(([, value]) => value),
      { parameters: given },
    );
    return { status: 201, headers: { location: `${root}/queue/item/${run.id}/` } };
  }
  if (on === "GET /queue/api/json") {
    const waiting = fake.runs.filter(({ state }) => state === "waiting");
    return {
      body: {
        items: waiting.map((run) => ({
          id: run.id,
          inQueueSince: Date.parse(run.startedAt),
          task: { url: `${root}/job/team/job/shop%20deploy/` },
          ...actionsOf(run),
        })),
      },
    };
  }
  const [, item] = /^GET \/queue\/item\/(\d+)\/api\/json$/.exec(on) ?? [];
  if (item !== undefined)
    return queueItem(
      fake.runs.find(({ id }) => String(id) === item),
      fake,
    );
  const [, number, rest] = new RegExp(`^(?:GET|POST) ${PATH}/(\\d+)/(.*)$`).exec(on) ?? [];
  const run = fake.runs.find(({ id }) => String(id - 30) === number);
  if (run !== undefined) return build(run, rest ?? "", query, fake);
  if (on === "POST /queue/cancelItem") {
    const queued = fake.runs.find(({ id }) => String(id) === query.get("id"));
    if (queued === undefined || queued.state !== "waiting") return NOTHING;
    queued.state = "canceled";
    return { status: 204 };
  }
  return NOTHING;
}

const actionsOf = ({ facts }: Run) => {
  const given = facts["parameters"] as Array<[string, string]>;
  return { actions: [{}, { parameters: given.map(([name, value]) => ({ name, value })) }] };
};

function job(fake: FakeVendor, tree: string, declared: readonly string[] | null): object {
  if (!tree.startsWith("builds")) {
    const definitions = { parameterDefinitions: declared?.map((name) => ({ name })) };
    return { buildable: true, property: declared === null ? [{}] : [{}, definitions] };
  }
  const built = fake.runs.filter(({ state, asked }) => state !== "waiting" && asked > 0).toReversed();
  return {
    builds: built.map((run) => ({
      number: run.id - 30,
      queueId: run.id,
      timestamp: Date.parse(run.startedAt),
      ...actionsOf(run),
    })),
  };
}

function queueItem(run: Run | undefined, fake: FakeVendor): Said {
  if (run === undefined) return NOTHING;
  fake.advance(run);
  if (run.state === "canceled") return { body: { cancelled: true, why: null } };
  if (run.state === "waiting") return { body: { why: "In the quiet period. Expires in 2.4 sec" } };
  return { body: { cancelled: false, why: null, executable: { number: run.id - 30 } } };
}

const RESULTS = { succeeded: "SUCCESS", failed: "FAILURE", canceled: "ABORTED" } as const;

function build(run: Run, rest: string, query: URLSearchParams, fake: FakeVendor): Said {
  if (rest === "stop") {
    if (run.state === "running") run.state = "canceled";
    return { status: 302, headers: { location: "/" } };
  }
  if (rest === "logText/progressiveText") {
    const bytes = Buffer.from(fake.log(run));
    const from = Number(query.get("start"));
    return {
      body: bytes.subarray(from).toString("utf8"),
      headers: { "x-text-size": String(bytes.length), "x-more-data": String(run.state === "running") },
    };
  }
  fake.advance(run);
  const result = run.state === "running" || run.state === "waiting" ? null : RESULTS[run.state];
  return { body: { building: result === null, result } };
}
