/** The one list of sources that vice knows by itself; each is loaded when it is first asked for. */
import type { Source } from "../../ports/source.ts";

const TABLE = {
  jenkins: () => import("./jenkins/index.ts"),
  gitlab: () => import("./gitlab/index.ts"),
  heroku: () => import("./heroku/index.ts"),
  octopus: () => import("./octopus/index.ts"),
  github: () => import("./github/index.ts"),
  teamcity: () => import("./teamcity/index.ts"),
  circleci: () => import("./circleci/index.ts"),
  "azure-devops": () => import("./azure-devops/index.ts"),
  bitbucket: () => import("./bitbucket/index.ts"),
  netlify: () => import("./netlify/index.ts"),
  vercel: () => import("./vercel/index.ts"),
  "argo-cd": () => import("./argo/cd.ts"),
  "argo-rollouts": () => import("./argo/rollouts.ts"),
  flux: () => import("./flux/index.ts"),
  spinnaker: () => import("./spinnaker/index.ts"),
  "terraform-cloud": () => import("./terraform-cloud.ts"),
  kubernetes: () => import("./kubernetes/index.ts"),
  launchdarkly: () => import("./launchdarkly.ts"),
  unleash: () => import("./unleash.ts"),
  pagerduty: () => import("./pagerduty.ts"),
  opsgenie: () => import("./opsgenie.ts"),
  statuspage: () => import("./statuspage.ts"),
  jira: () => import("./jira/index.ts"),
  trello: () => import("./trello/index.ts"),
  valuestream: () => import("./valuestream.ts"),
  devlake: () => import("./devlake/index.ts"),
  otlp: () => import("./otlp/index.ts"),
  tests: () => import("./tests/index.ts"),
  cloudevents: () => import("./cloudevents/index.ts"),
  generic: () => import("./generic/index.ts"),
} satisfies Record<string, () => Promise<{ default: Source }>>;

export type SourceName = keyof typeof TABLE;

/** Names of all sources, in the order in which the page offers them. */
export const SOURCE_NAMES = Object.keys(TABLE) as readonly SourceName[];

export const isSourceName = (name: string): name is SourceName => Object.hasOwn(TABLE, name);

const loaded = new Map<SourceName, Source>();

/** The adapter of this name; kept, because even a repeated `import()` costs more than reading a small delivery. */
export async function loadSource(name: SourceName): Promise<Source> {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const source = (await TABLE[name]()).default;
  loaded.set(name, source);
  return source;
}

/** All adapters, by name. */
export async function loadSources(): Promise<ReadonlyMap<string, Source>> {
  const entries = SOURCE_NAMES.map(async (name) => [name, await loadSource(name)] as const);
  return new Map(await Promise.all(entries));
}
