/** Sources, names, local actions and tokens of the mock. */
import type {
  DeliveryItem,
  LocalAction,
  NamesAnswer,
  RawDelivery,
  SourceItem,
  SourcesAnswer,
  TokenItem,
} from "../src/api/types.ts";
import { one, pick, SERVICES, SOURCES, teamOf } from "./words.ts";

const ago = (baseMs: number, ms: number): string => new Date(baseMs - ms).toISOString();

const TITLES: Record<string, string> = {
  gitlab: "GitLab",
  jenkins: "Jenkins",
  github: "GitHub",
  octopus: "Octopus Deploy",
  heroku: "Heroku",
  teamcity: "TeamCity",
};

export function sourcesAnswer(baseMs: number): SourcesAnswer {
  const names = SOURCES.filter((name) => name !== "local");
  return {
    items: names.map((name, at) => sourceItem(name, at, baseMs)),
    catalog: names.map((name) => ({
      name,
      title: TITLES[name] ?? name,
      setup: [
        "Open the project, then Settings, Webhooks, Add new webhook.",
        "Paste the URL, and the secret into the field for the secret token.",
        "Choose deployment and pipeline events, then save.",
      ],
      schemes: [],
    })),
  };
}

function sourceItem(source: string, at: number, baseMs: number): SourceItem {
  return {
    source,
    instance: `${source}.example.com`,
    title: TITLES[source] ?? source,
    lastDeliveryAt: ago(baseMs, at * 400_000 + 9_000),
    lastOutcome: "accepted",
    counts: {
      accepted: 48_210 - at * 5_113,
      duplicate: pick(at, 30, 400),
      ignored: pick(at, 31, 9_000),
      unmapped: at % 3 === 0 ? 3 : 0,
      rejected: at === 1 ? 12 : 0,
    },
    secretSet: at !== 4,
    unverified: at === 4 ? 2_114 : 0,
    lastRejection: at === 1 ? { at: ago(baseMs, 7_200_000), reason: "the signature does not fit" } : null,
    services: [one(SERVICES, at)],
    backfill: at === 0 ? { progress: 0.62, state: "running" } : null,
  };
}

export function namesAnswer(baseMs: number): NamesAnswer {
  return {
    services: SERVICES.slice(0, 120).map((service, at) => ({
      service,
      team: teamOf(at),
      reported: SOURCES.slice(0, 1 + (at % 3)).map((source, order) => ({
        source,
        instance: null,
        name: [`${teamOf(at)}/${service}`, service, `${service.toUpperCase()} deploy`][order] ?? service,
        count: 12 + pick(at, order, 800),
        lastAt: ago(baseMs, pick(at, 40 + order, 900_000_000)),
        ruleId: null,
      })),
    })),
    alike: [{ service: "Shop", into: "shop", why: "case" }],
    unmatched: [
      {
        source: "jenkins",
        instance: null,
        name: "deploy-cart-api",
        count: 214,
        lastAt: ago(baseMs, 900_000),
        suggestion: "cart-api",
      },
      {
        source: "octopus",
        instance: null,
        name: "Shop Web",
        count: 96,
        lastAt: ago(baseMs, 9_000_000),
        suggestion: "shop-web",
      },
      {
        source: "heroku",
        instance: null,
        name: "still-river-4711",
        count: 31,
        lastAt: ago(baseMs, 90_000_000),
        suggestion: null,
      },
    ],
    environments: ["dev", "test", "staging", "canary", "prod-eu", "prod-us"].map((name, at) => ({
      name,
      tier: (["development", "testing", "staging", "other", "production", "production"] as const)[at] ?? null,
      reported: [],
    })),
    rules: [
      {
        id: "r1",
        origin: "config",
        match: { source: "gitlab", service: "*/*" },
        set: { service: "$2", team: "$1" },
      },
      { id: "r2", origin: "page", match: { service: "SHOP deploy" }, set: { service: "shop-api" } },
    ],
  };
}

export const localActions = (baseMs: number): LocalAction[] =>
  ["make build", "./deploy.sh staging", "terraform apply", "npm run migrate", "vice run backup"].map(
    (name, at) => ({
      name,
      service: at === 4 ? null : one(SERVICES, at * 21),
      runs: 740 - at * 111,
      failed: at === 1 ? 31 : at,
      lastAt: ago(baseMs, at * 5_000_000 + 60_000),
      lastStatus: at === 1 ? "failed" : "succeeded",
      owner: at === 2 ? null : "robin.field",
      p50Ms: 4_200 * (at + 1) ** 3,
    }),
  );

export const tokens = (baseMs: number): TokenItem[] => [
  {
    id: "t1",
    name: "CI of team payments",
    scopes: ["read", "write"],
    createdAt: ago(baseMs, 3e9),
    expiresAt: ago(baseMs, -4e9),
    lastUsedAt: ago(baseMs, 61_000),
  },
  {
    id: "t2",
    name: "wall screen",
    scopes: ["read"],
    createdAt: ago(baseMs, 9e9),
    expiresAt: null,
    lastUsedAt: null,
  },
];

export const deliveries = (baseMs: number, outcome: string): DeliveryItem[] =>
  [0, 1, 2].map((at) => ({
    id: `0193aaaa-0000-7000-8000-00000000000${at}`,
    source: one(SOURCES, at * 3),
    instance: null,
    receivedAt: ago(baseMs, at * 5_000_000 + 40_000),
    outcome: outcome as DeliveryItem["outcome"],
    reason: outcome === "unmapped" ? "object_kind is missing" : null,
    verified: true,
    bytes: 2_041 + at * 377,
  }));

export const rawDelivery = (id: string, baseMs: number, source = "gitlab"): RawDelivery => ({
  id,
  source,
  instance: null,
  receivedAt: ago(baseMs, 40_000),
  verified: true,
  contentType: "application/json",
  outcome: "accepted",
  headers: {
    "content-type": "application/json",
    "x-gitlab-event": "Deployment Hook",
    "user-agent": "GitLab/17.4",
  },
  body: JSON.stringify({
    object_kind: "deployment",
    status: "success",
    deployment_id: 15,
    environment: "prod-eu",
    short_sha: "279484c0",
  }),
});
