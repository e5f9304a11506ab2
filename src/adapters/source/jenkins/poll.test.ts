/** Polling Jenkins: against a fake of its documented remote API over real HTTP. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Connection, PollPage, SourceHttp } from "../../../ports/source.ts";
import jenkins from "./index.ts";

const START = Date.UTC(2026, 10, 20, 10);
const DAY = 24 * 3_600_000;

interface FakeBuild {
  number: number;
  timestamp: number;
  [key: string]: unknown;
}

/** One build an hour; number 250 is at work. */
const shopBuilds = (): FakeBuild[] =>
  Array.from({ length: 250 }, (_, at) => {
    const number = 250 - at;
    const timestamp = START - at * 3_600_000;
    const over = { duration: 90_000, building: false, result: number % 50 === 0 ? "FAILURE" : "SUCCESS" };
    return { number, timestamp, ...(number === 250 ? { duration: 0, building: true, result: null } : over) };
  });
const branchBuild: FakeBuild = {
  number: 3,
  timestamp: START,
  duration: 61_000,
  building: false,
  result: "UNSTABLE",
  queueId: 9,
  url: "https://ci.example.com/job/web/job/app/job/feature%252Fbasket/3/",
  actions: [
    { causes: [{ shortDescription: "Started by user Robin", userId: "robin", userName: "Robin" }] },
    {
      parameters: [
        { name: "type", value: "deploy" },
        { name: "ENV", value: "staging" },
      ],
    },
    {
      lastBuiltRevision: {
        SHA1: "279484c09fbe69ededfced8c1bb6e6d24616b468",
        branch: [{ name: "refs/remotes/origin/feature/basket" }],
      },
      remoteUrls: ["https://git.example.com/web/app.git"],
    },
    {},
    null,
  ],
};

let builds: Record<string, FakeBuild[]> = {};
const folders: Record<string, string[]> = {
  "/": ["shop", "web", "closed"],
  "/job/web/": ["app"],
  "/job/web/job/app/": ["feature%2Fbasket"],
};
let server: Server;
let connection: Connection;
const asked: string[] = [];
let authorization: string | undefined;

const http: SourceHttp = {
  async getJson(url, headers) {
    const answer = await fetch(url, { headers });
    const text = await answer.text();
    const body: unknown = text.startsWith("{") ? JSON.parse(text) : null;
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
  },
};

function answerTo(url: URL): { status: number; body: unknown } {
  const path = url.pathname.replace(/api\/json$/, "");
  const [, from = "0", to = "0"] = /\{(\d+),(\d+)\}$/.exec(url.searchParams.get("tree") ?? "") ?? [];
  if (path === "/job/closed/") return { status: 403, body: null };
  if (folders[path]) return { status: 200, body: { jobs: folders[path].map((name) => ({ name })) } };
  const all = builds[path];
  if (all === undefined) return { status: 404, body: null };
  return { status: 200, body: { allBuilds: all.slice(Number(from), Number(to)) } };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    asked.push(url.pathname);
    authorization = request.headers.authorization;
    const { status, body } = answerTo(url);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  connection = {
    url: `http://127.0.0.1:${port}`,
    token: "robin:t0ken",
    only: [],
    instance: "ci.example.com",
  };
});
beforeEach(() => {
  asked.length = 0;
  builds = { "/job/shop/": shopBuilds(), "/job/web/job/app/job/feature%252Fbasket/": [branchBuild] };
});
afterAll(() => new Promise((done) => server.close(done)));

const poller = jenkins.poller;
const iso = (ms: number): string => new Date(ms).toISOString();

async function readAll(
  only: string[],
  since: string,
): Promise<{ pages: PollPage[]; transitions: Transition[] }> {
  const pages: PollPage[] = [];
  let cursor: string | null = null;
  do {
    const page: PollPage = await poller.page({ ...connection, only }, since, cursor, http, undefined);
    pages.push(page);
    cursor = page.cursor;
  } while (cursor !== null && pages.length < 20);
  return { pages, transitions: pages.flatMap((page) => page.transitions) };
}

test("reads folders and branches down to their builds, with the ids of the webhooks", async () => {
  const { transitions } = await readAll(["web"], iso(START - DAY));
  const webhook = jenkins.normalise({
    headers: {},
    body: {
      name: "feature%2Fbasket",
      build: {
        phase: "COMPLETED",
        number: 3,
        full_url: branchBuild.url,
        timestamp: START + 61_000,
        duration: 61_000,
        status: "UNSTABLE",
      },
    },
    instance: null,
    receivedAt: iso(START),
    options: undefined,
  });
  const [hooked] = webhook.outcome === "accepted" ? webhook.transitions : [];
  expect(transitions).toMatchObject([
    { step: "running", at: iso(START), object: hooked?.object },
    {
      step: "succeeded",
      at: iso(START + 61_000),
      object: hooked?.object,
      facts: {
        kind: "deployment",
        service: "web/app/feature%2Fbasket",
        environment: "staging",
        commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
        ref: "feature/basket",
        repository: "https://git.example.com/web/app",
        durationMs: 61_000,
        actor: { name: "Robin", login: "robin" },
        tags: { unstable: "true", "parameter.ENV": "staging" },
      },
    },
  ]);
  expect(authorization).toBe(`Basic ${Buffer.from("robin:t0ken").toString("base64")}`);
});

test("pages through 90 days and stops where nothing wanted is left", async () => {
  const { pages, transitions } = await readAll(["shop"], iso(START - 90 * DAY));
  expect(pages).toHaveLength(3);
  expect(pages.map((page) => page.progress).at(-1)).toBe(1);
  const ids = new Set(transitions.map(({ object }) => activityId(object)));
  expect(ids.size).toBe(250);
  expect(transitions.filter(({ step }) => step === "failed")).toHaveLength(4);
  expect(transitions.filter(({ object }) => object.externalId === "shop#250")).toMatchObject([
    { step: "running" },
  ]);
});

test("a short span asks once and takes only what ended in it", async () => {
  const { transitions } = await readAll(["shop"], iso(START - 2 * 3_600_000));
  const numbers = new Set(transitions.map(({ object }) => object.externalId));
  expect([...numbers]).toEqual(["shop#250", "shop#249", "shop#248"]);
  expect(asked).toEqual(["/job/shop/api/json"]);
});

test("builds that begin between two pages lose nothing and repeat nothing", async () => {
  const since = iso(START - 90 * DAY);
  const named = { ...connection, only: ["shop"] };
  const first = await poller.page(named, since, null, http, undefined);
  builds["/job/shop/"] = [{ number: 251, timestamp: START + 60_000, building: true }, ...shopBuilds()];
  const second = await poller.page(named, since, first.cursor, http, undefined);
  const numbersOf = (page: PollPage) => new Set(page.transitions.map(({ object }) => object.externalId));
  expect(numbersOf(first).size).toBe(100);
  expect(numbersOf(second).has("shop#151")).toBe(false);
  expect(numbersOf(second).has("shop#150")).toBe(true);
});

test("the whole Jenkins is read when nothing is named; what the token may not see is passed over", async () => {
  const { transitions } = await readAll([], iso(START - 3_600_000));
  const jobs = new Set(transitions.map(({ facts }) => facts.service));
  expect(jobs).toEqual(new Set(["shop", "web/app/feature%2Fbasket"]));
  expect(asked).toContain("/job/closed/api/json");
});

test("a named job that is not there is said, not passed over", async () => {
  const page = poller.page({ ...connection, only: ["shpo"] }, iso(START), null, http, undefined);
  await expect(page).rejects.toMatchObject({ code: "outside.unreachable" });
});

test("the time in the queue is told where the Metrics plugin measures it, as the QUEUED phase tells it", async () => {
  const waited = { queuingDurationMillis: 12_000 };
  builds["/job/web/job/app/job/feature%252Fbasket/"] = [
    { ...branchBuild, actions: [...(branchBuild.actions as unknown[]), waited] },
  ];
  const { transitions } = await readAll(["web"], iso(START - DAY));
  const queued = jenkins.normalise({
    headers: {},
    body: {
      name: "feature%2Fbasket",
      build: { phase: "QUEUED", number: 3, full_url: branchBuild.url, timestamp: START - 12_000 },
    },
    instance: null,
    receivedAt: iso(START),
    options: undefined,
  });
  const [hooked] = queued.outcome === "accepted" ? queued.transitions : [];
  const [first] = transitions;
  expect(first).toMatchObject({ object: hooked?.object, step: hooked?.step, at: hooked?.at });
  expect(first?.facts.createdAt).toBe(hooked?.facts.createdAt);
  expect(transitions.map(({ step }) => step)).toEqual(["queued", "running", "succeeded"]);
  expect(transitions.at(-1)?.facts.startedAt).toBe(iso(START));
});

test("a cursor of another version starts over", async () => {
  const named = { ...connection, only: ["web"] };
  const page = await poller.page(named, iso(START - DAY), '{"v":0}', http, undefined);
  expect(page.transitions).toHaveLength(2);
});

test("a long build that ended within the span is found below a hundred shorter ones before it", async () => {
  const since = START - 3_600_000;
  const short = Array.from({ length: 100 }, (_, at) => ({
    number: 101 - at,
    timestamp: since - (at + 10) * 60_000,
    duration: 1000,
    building: false,
    result: "SUCCESS",
  }));
  const long = {
    number: 1,
    timestamp: since - 7_200_000,
    duration: 8_000_000,
    building: false,
    result: "SUCCESS",
  };
  builds["/job/shop/"] = [...short, long];
  const { transitions } = await readAll(["shop"], iso(since));
  expect(transitions.map(({ object, step }) => `${object.externalId} ${step}`)).toEqual([
    "shop#1 running",
    "shop#1 succeeded",
  ]);
});
