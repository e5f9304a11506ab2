/** The story of "Done when": what six tools and a script send, and what vice has to make of it, read from the payloads by hand. */
import { type FakeApi, fakeApi } from "../fake-api.ts";
import type { Delivery } from "./house-senders.ts";

/** Configuration of the server: Jenkins and TeamCity name no environment, so that rules do. */
export const serverYaml = (herokuApi: string): string => `
sources:
  jenkins:
    rules:
      - match: { service: jenkins_test }
        set: { environment: test, tier: testing }
  teamcity:
    rules:
      - match: { service: Project_Compile }
        set: { kind: deployment, environment: qa, tier: testing }
  heroku:
    poll: { url: "${herokuApi}", token: token-for-the-fake-api }
environments: [development, test, qa, staging, production]
allowPrivateHosts: [127.0.0.1]
`;

const github = (event: string, file: string, id: string): Delivery => ({
  tool: "github",
  body: `github/${file}.json`,
  event,
  id,
});
const heroku = (file: string): Delivery => ({ tool: "heroku", body: `heroku/${file}.json` });
const jenkins = (file: string): Delivery => ({ tool: "jenkins", body: `jenkins/${file}.json` });

export const DELIVERIES: readonly Delivery[] = [
  { tool: "gitlab", body: "gitlab/deployment.json", event: "Deployment Hook" },
  heroku("build.create"),
  heroku("release.create"),
  heroku("release.update"),
  heroku("build.update"),
  heroku("release.update.mercury"),
  { tool: "octopus", body: "octopus/subscription.deployment-failed.json" },
  jenkins("statistics-gatherer.deploy.inprogress"),
  jenkins("statistics-gatherer.deploy.success"),
  github("deployment", "deployment", "8f3c9a52-0000-4000-8000-000000000001"),
  github("deployment_status", "deployment_status.success", "8f3c9a52-0000-4000-8000-000000000002"),
  { tool: "teamcity", body: "teamcity/tcwebhooks.success.json" },
];

export const STAR: Delivery = {
  tool: "github",
  body: { action: "created", repository: { id: 186853002, full_name: "Codertocat/Hello-World" } },
  event: "star",
  id: "8f3c9a52-0000-4000-8000-000000000003",
};

/** What of the normal form each tool's deployment must show. TeamCity's payload has no time: the receive time counts. */
export interface Wanted {
  reported: string;
  source: string;
  instance: string;
  externalId: string;
  environment: string | null;
  tier: string | null;
  status: string;
  version: string | null;
  commitSha: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
}

export const WANTED: readonly Wanted[] = [
  {
    reported: "root/test-deployment-webhooks",
    source: "gitlab",
    instance: "10.126.0.2:3000",
    externalId: "30/15",
    environment: "staging",
    tier: "staging",
    status: "succeeded",
    version: "1.0.0",
    commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
    startedAt: null,
    finishedAt: "2021-04-28T19:50:00.000Z",
    durationMs: null,
  },
  {
    reported: "zulip-test",
    source: "heroku",
    instance: "heroku",
    externalId: "6be9012f-1c42-4f2d-bb99-af152aad07d8",
    environment: "production",
    tier: "production",
    status: "succeeded",
    version: "v3",
    commitSha: "1a5f89db9a6a62f29689b6eeea65e6b6eb0879cd",
    startedAt: "2025-05-17T11:37:36.000Z",
    finishedAt: "2025-05-17T11:37:58.404Z",
    durationMs: 22_404,
  },
  {
    reported: "my-app",
    source: "heroku",
    instance: "heroku",
    externalId: "38821f7c-e1a1-41d9-a34b-c41e2fa6d82d",
    environment: null,
    tier: null,
    status: "succeeded",
    version: "v6644",
    commitSha: "69eec518969cc409e116940aa5304ab6ab237a4d",
    startedAt: null,
    finishedAt: "2023-08-03T10:00:30.693Z",
    durationMs: null,
  },
  {
    reported: "Argo CD Octopub",
    source: "octopus",
    instance: "mattc.octopus.app",
    externalId: "Deployments-12519",
    environment: "Development",
    tier: "development",
    status: "failed",
    version: "0.1.178",
    commitSha: null,
    startedAt: null,
    finishedAt: "2023-09-19T21:35:08.563Z",
    durationMs: null,
  },
  {
    reported: "jenkins_test",
    source: "jenkins",
    instance: "localhost:8080/jenkins",
    externalId: "jenkins_test#252",
    environment: "test",
    tier: "testing",
    status: "succeeded",
    version: null,
    commitSha: null,
    startedAt: "2016-07-25T13:38:23.000Z",
    finishedAt: "2016-07-25T13:38:23.000Z",
    durationMs: 9452,
  },
  {
    reported: "Codertocat/Hello-World",
    source: "github",
    instance: "github.com",
    externalId: "186853002/145988746",
    environment: "production",
    tier: "production",
    status: "succeeded",
    version: null,
    commitSha: "f95f852bd8fca8fcc58a9a2d6c842781e32a215e",
    startedAt: null,
    finishedAt: "2019-05-15T15:20:55.000Z",
    durationMs: null,
  },
];

/** All names of the one application, in the words of its tools. */
export const NAMES = [
  ...WANTED.filter(({ reported }) => reported !== "my-app").map(({ reported }) => reported),
  "Project_Compile",
];

/** The two apps of the recorded Heroku releases: one in a pipeline, one in none. */
export const HEROKU_APPS = {
  inPipeline: "4335bcdb-5f6f-41f8-a31b-84697ec96475",
  inNone: "59d151db-c38e-4e9c-a854-faead7e8d6cc",
} as const;

/** A Platform API that knows one app's pipeline, and answers 404 for the other. */
export const herokuApi = (): Promise<FakeApi> =>
  fakeApi(({ path }) => {
    const known = path === `/apps/${HEROKU_APPS.inPipeline}/pipeline-couplings`;
    const app = { id: HEROKU_APPS.inPipeline };
    const pipeline = { id: "55eca02d-0000-4000-8000-000000000001", name: "shop" };
    const coupling = { id: "01234567-0000-4000-8000-000000000002", app, pipeline, stage: "production" };
    return known ? { body: coupling } : { status: 404, body: { id: "not_found", message: "no coupling" } };
  });

/** What of `vice source list` is looked at. */
export interface SourceItem {
  source: string;
  counts: Record<string, number>;
}

/** The lines of the ValueStream text. */
export const SCRIPT = `
set -eu
TRACEID="$(vscli event -tag='source|gcloud' -tag='service|api' -type=pipeline start)"
vscli event -type=pipeline end -event-id=\${TRACEID}
echo "$TRACEID"
`;

/** The recorded body of a stock vscli. */
export const script = (action: "start" | "end"): Delivery => ({
  tool: "valuestream",
  body: `valuestream-http/${action}.json`,
});

/** What the cells of the merged service say to a screen reader. */
export const CELLS: readonly RegExp[] = [
  /^staging: 1\.0\.0, .* by gitlab, User1/,
  /^production: v3, .* by heroku, user/,
  /^test: no version, .* by jenkins, anonymous/,
  /^qa: .* by teamcity/,
  /^Development: nothing runs, last attempt failed/,
];
