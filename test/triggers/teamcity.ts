// TeamCity's REST API as its reference describes it: the queue, builds by locator, cancel requests, the log for downloading.
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

export const fakeTeamcity = (): Promise<FakeVendor> =>
  fakeVendor((asked, fake) => {
    if (asked.headers["authorization"] !== `Bearer ${TOKEN}`)
      return { status: 401, body: "Incorrect username or password." };
    return answer(asked, fake);
  });

interface Property {
  name: string;
  value: string;
}

function answer({ method, path, query, body }: Asked, fake: FakeVendor): Said {
  const on = `${method} ${path}`;
  if (on === "GET /app/rest/buildTypes/id:(Shop_Deploy)")
    return { body: { id: "Shop_Deploy", paused: false } };
  if (on === "POST /app/rest/buildQueue") {
    const all = (pick(body, "properties", "property") ?? []) as Property[];
    const version = all.find(({ name }) => name === "env.VERSION")?.value ?? "";
    const run = fake.start(
      version,
      all.map(({ value }) => value),
      { properties: all, request: body },
    );
    return { body: { id: run.id, state: "queued", webUrl: pageOf(run) } };
  }
  if (on === "GET /app/rest/builds") {
    const [, number] =
      /buildType:\(id:\(Shop_Build\)\),number:\((.+?)\)/.exec(query.get("locator") ?? "") ?? [];
    if (number !== undefined) return { body: { build: number === "none" ? [] : [{ id: 4711 }] } };
    return {
      body: {
        build: fake.runs.toReversed().map((run) => ({
          id: run.id,
          webUrl: pageOf(run),
          properties: { property: run.facts["properties"] },
        })),
      },
    };
  }
  if (on === "GET /downloadBuildLog.html") {
    const run = fake.runs.find(({ id }) => String(id) === query.get("buildId"));
    return run === undefined ? NOTHING : { body: fake.log(run) };
  }
  const [, place, id] = /^\/app\/rest\/(buildQueue|builds)\/id:(\d+)$/.exec(path) ?? [];
  const run = fake.runs.find((each) => String(each.id) === id);
  if (run === undefined) return NOTHING;
  if (method === "GET") return { body: build(fake.advance(run)) };
  const isThere = place === "buildQueue" ? run.state === "waiting" : run.state === "running";
  if (isThere) run.state = "canceled";
  return isThere ? { body: build(run) } : NOTHING;
}

const pageOf = ({ id }: Run): string => `https://teamcity.example.com/viewLog.html?buildId=${id}`;

function build(run: Run): object {
  const { id, state } = run;
  if (state === "waiting") return { id, state: "queued", waitReason: "There are no idle compatible agents" };
  if (state === "running") return { id, number: "17", state, status: "SUCCESS", statusText: "Running" };
  const ended = { id, number: "17", state: "finished" };
  if (state === "canceled")
    return {
      ...ended,
      status: "UNKNOWN",
      statusText: "Canceled",
      canceledInfo: { text: "canceled by vice" },
    };
  return {
    ...ended,
    status: state === "succeeded" ? "SUCCESS" : "FAILURE",
    statusText: state === "succeeded" ? "Success" : "Exit code 1",
  };
}
