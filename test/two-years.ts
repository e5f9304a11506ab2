/** Two years of a shop in six tools, always the same, behind fakes of their APIs: what an import of history is measured by. */
import type { SourceInstance } from "../src/ports/services.ts";
import { type FakeApi, fakeApi } from "./fake-api.ts";
import * as github from "./fake-github.ts";
import * as gitlab from "./fake-gitlab.ts";
import * as heroku from "./fake-heroku.ts";
import * as jira from "./fake-jira.ts";
import * as octopus from "./fake-octopus.ts";

export const BEGIN = "2024-11-21T00:00:00.000Z";
const HOUR_MS = 3_600_000;
const SPAN_MS = 730 * 24 * HOUR_MS;

/** The moment of the n-th of `count` things, in whole seconds as GitHub has them. */
const at = (n: number, count: number, laterMs = 0): string =>
  new Date(Date.parse(BEGIN) + Math.floor((SPAN_MS * n) / count / 1000) * 1000 + laterMs).toISOString();
const plain = (iso: string): string => iso.replace(".000Z", "Z");
const list = <T>(count: number, one: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => one(n));
const sha = (n: number): string => n.toString(16).padStart(40, "0");

/** What each tool holds: so many things must be there after an import, by kind. */
export const EXPECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  github: { deployment: 240, change: 300, ticket: 120, commit: 900 },
  gitlab: { deployment: 180, pipeline: 180, ticket: 90, commit: 400 },
  jenkins: { build: 350 },
  jira: { ticket: 260 },
  heroku: { deployment: 200, build: 200 },
  octopus: { deployment: 220 },
};
const of = (source: string, kind: string): number => EXPECTED[source]?.[kind] ?? 0;

export function githubHeld(): github.Held {
  const deployments = of("github", "deployment");
  const changes = of("github", "change");
  const tickets = of("github", "ticket");
  const commits = of("github", "commit");
  const made = (n: number, laterMs = 0): string => plain(at(n, deployments, laterMs));
  return {
    deployments: list(deployments, (n) => ({
      ...github.deployment(n + 1, made(n), made(n, 120_000)),
      sha: sha(Math.floor((n * commits) / deployments) + 1),
    })),
    statuses: Object.fromEntries(
      list(deployments, (n) => [
        n + 1,
        [
          github.status("in_progress", made(n, 5000)),
          github.status(n % 9 === 0 ? "failure" : "success", made(n, 120_000)),
        ],
      ]),
    ),
    runs: [],
    pulls: list(changes, (n) => {
      const merged = plain(at(n, changes, HOUR_MS));
      const state = { state: "closed", closed_at: merged, merged_at: merged, merge_commit_sha: sha(n + 1) };
      return github.pull(n + 1, merged, { created_at: plain(at(n, changes)), ...state });
    }),
    issues: list(tickets, (n) =>
      github.issue(5000 + n, plain(at(n, tickets)), { created_at: plain(at(n, tickets)) }),
    ),
    commits: list(commits, (n) => github.commit(sha(n + 1), n === 0 ? [] : [sha(n)], plain(at(n, commits)))),
  };
}

function gitlabHeld(): gitlab.Held {
  const count = of("gitlab", "deployment");
  const commits = of("gitlab", "commit");
  const moment = (n: number) => ({ created_at: at(n, count), started_at: at(n, count, 9000) });
  return {
    deployments: list(count, (n) => {
      const more = { created_at: at(n, count), deployable: null };
      return gitlab.deployment(n + 1, "success", at(n, count, 90_000), more);
    }),
    pipelines: list(count, (n) =>
      gitlab.pipeline(n + 1, "success", at(n, count, 90_000), {
        ...moment(n),
        finished_at: at(n, count, 80_000),
      }),
    ),
    issues: list(of("gitlab", "ticket"), (n) => ({
      ...{ id: n + 1, iid: n + 1, title: `Wish ${n + 1}`, state: "opened", labels: [] },
      ...{ created_at: at(n, of("gitlab", "ticket")), updated_at: at(n, of("gitlab", "ticket")) },
    })),
    commits: list(commits, (n) =>
      gitlab.commit(sha(70_000 + n), n === 0 ? [] : [sha(69_999 + n)], at(n, commits)),
    ),
  };
}

/** Jenkins's remote API: `allBuilds` of one job, newest first, in the slices that are asked for. */
function jenkinsApi(): Promise<FakeApi> {
  const count = of("jenkins", "build");
  const builds = list(count, (n) => ({
    number: count - n,
    url: `https://ci.shop.example.com/job/shop/${count - n}/`,
    timestamp: Date.parse(at(count - n - 1, count)),
    duration: 60_000,
    building: false,
    result: "SUCCESS",
    queueId: count - n,
    actions: [],
  }));
  return fakeApi(({ query }) => {
    const [, from, to] = /\{(\d+),(\d+)\}/.exec(query.get("tree") ?? "") ?? [];
    return { body: { allBuilds: builds.slice(Number(from), Number(to)) } };
  });
}

export const jiraIssues = (): jira.Issue[] =>
  list(of("jira", "ticket"), (n) => {
    const count = of("jira", "ticket");
    const later = (hours: number): string => at(n, count, hours * HOUR_MS);
    return jira.issue(n + 1, [
      [later(0), "To Do"],
      [later(20), "In Progress"],
      [later(44), "QA"],
      [later(50), "Done"],
    ]);
  });

const herokuHeld = () => ({
  releases: list(of("heroku", "deployment"), (n) =>
    heroku.release(n + 1, at(n, of("heroku", "deployment"), 60_000)),
  ),
  builds: list(of("heroku", "build"), (n) =>
    heroku.build(n + 1, at(n, of("heroku", "build")), at(n, of("heroku", "build"), 60_000)),
  ),
});

const octopusRows = (): octopus.OctopusRow[] =>
  list(of("octopus", "deployment"), (n) =>
    octopus.octopusDeployment(n + 1, at(n, of("octopus", "deployment"))),
  );

export interface TwoYears extends AsyncDisposable {
  sources: SourceInstance[];
}

/** All six, each as `sources.<name>.poll` connects it. */
export async function twoYears(): Promise<TwoYears> {
  const held: Record<string, { api: FakeApi; token: string; only: string[] }> = {
    github: { api: await github.githubApi(githubHeld()), token: "secret", only: ["example-shop/shop"] },
    gitlab: { api: await gitlab.gitlabApi(gitlabHeld()), token: "secret", only: ["web/shop"] },
    jenkins: { api: await jenkinsApi(), token: "robin:t0ken", only: ["shop"] },
    jira: {
      api: await jira.jiraApi({ isCloud: true, issues: jiraIssues() }),
      token: "a@b.example:t",
      only: ["SHOP"],
    },
    heroku: { api: await heroku.herokuApi(herokuHeld()), token: "t0ken", only: ["shop"] },
    octopus: { api: await octopus.octopusApi(octopusRows()), token: "API-SECRET", only: [] },
  };
  const sources = Object.entries(held).map(([source, { api, token, only }]): SourceInstance => {
    const poll = { url: api.url, token, only, everySeconds: 60, backfillDays: 90 };
    return { source, instance: null, secrets: [], options: null, poll };
  });
  const close = async (): Promise<void> => {
    for (const { api } of Object.values(held)) await api[Symbol.asyncDispose]();
  };
  return { sources, [Symbol.asyncDispose]: close };
}
