/** Example Shop: its services, its people, and which tool deploys what to where. All fictitious. */
import type { DeployToolName, Place, Service } from "./story.ts";

const MINUTE = 60_000;

export const ENVIRONMENTS = ["dev", "staging", "prod-eu", "prod-us"] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** Octopus has names of its own for the environments. */
const IN_OCTOPUS: Readonly<Record<EnvironmentName, string>> = {
  dev: "Development",
  staging: "Staging",
  "prod-eu": "Production EU",
  "prod-us": "Production US",
};

/** Heroku has one app for each stage, and the stage stands only in its name. */
const IN_HEROKU: Readonly<Record<EnvironmentName, string>> = {
  dev: "development",
  staging: "staging",
  "prod-eu": "production",
  "prod-us": "production-us",
};

function place(
  tool: DeployToolName,
  reportedAs: string,
  environment: EnvironmentName,
  minutes: number,
): Place {
  const own = { octopus: IN_OCTOPUS[environment], heroku: IN_HEROKU[environment] };
  const reportedEnvironment = tool === "octopus" || tool === "heroku" ? own[tool] : environment;
  return { tool, reportedAs, environment, reportedEnvironment, usualMs: minutes * MINUTE };
}

const all = (
  tool: DeployToolName,
  reportedAs: string,
  minutes: number,
  environments = ENVIRONMENTS as readonly EnvironmentName[],
) => environments.map((environment) => place(tool, reportedAs, environment, minutes));

export const SERVICES: readonly Service[] = [
  {
    ...{ name: "shop", team: "storefront", number: 4101, repository: "storefront/shop", pace: 1.3 },
    places: all("gitlab", "storefront/shop", 3),
    version: (count) => `v4.${18 + count}.0`,
  },
  {
    ...{ name: "search", team: "discovery", number: 4102, repository: "example-shop/search", pace: 0.9 },
    places: all("github", "example-shop/search", 2, ["dev", "staging", "prod-eu"]),
    version: (count) => `v2.${31 + count}.1`,
  },
  {
    ...{
      name: "payments",
      team: "payments",
      number: 4103,
      repository: "example-shop/payments-api",
      pace: 0.7,
    },
    places: [
      ...all("github", "example-shop/payments-api", 2, ["dev", "staging"]),
      ...all("octopus", "Payments", 6, ["prod-eu", "prod-us"]),
    ],
    version: (count) => `2026.11.${count + 1}`,
  },
  {
    ...{ name: "accounts", team: "payments", number: 4104, repository: "identity/accounts", pace: 0.5 },
    places: all("octopus", "Accounts Service", 5),
    version: (count) => `7.2.${count}`,
  },
  {
    ...{ name: "mailer", team: "storefront", number: 4105, repository: "example-shop/mailer", pace: 0.5 },
    places: all("heroku", "mailer", 2, ["dev", "staging", "prod-eu", "prod-us"]),
    version: (count) => `v${57 + count}`,
  },
  {
    ...{ name: "website", team: "storefront", number: 4106, repository: "storefront/website", pace: 1.6 },
    places: all("gitlab", "storefront/website", 1),
    version: (count) => `main-${count}`,
  },
  {
    ...{ name: "mobile-api", team: "mobile", number: 4107, repository: "mobile/mobile-api", pace: 0.7 },
    places: all("teamcity", "MobileApi_Deploy", 4),
    version: (count) => `5.${4 + count}.2`,
  },
  {
    ...{ name: "warehouse", team: "logistics", number: 4108, repository: "logistics/warehouse", pace: 0.4 },
    places: all("jenkins", "logistics/deploy-warehouse", 8),
    version: (count) => `1.12.${count}`,
  },
  {
    ...{ name: "checkout", team: "payments", number: 4111, repository: "storefront/checkout", pace: 0.8 },
    places: all("gitlab", "storefront/checkout", 2),
    version: (count) => `v3.${count}.4`,
  },
  {
    ...{ name: "pricing", team: "discovery", number: 4112, repository: "example-shop/pricing", pace: 0.6 },
    places: all("github", "example-shop/pricing", 3),
    version: (count) => `v1.${7 + count}.0`,
  },
  {
    ...{ name: "reports", team: "logistics", number: 4113, repository: "logistics/reports", pace: 0.3 },
    places: all("octopus", "Reports", 4),
    version: (count) => `2.0.${40 + count}`,
  },
];

/** Two that no rule names, so that the Names page has something to do. */
export const UNMATCHED: readonly Service[] = [
  {
    ...{
      name: "deploy-search",
      team: "discovery",
      number: 4102,
      repository: "example-shop/search",
      pace: 0.4,
    },
    places: all("jenkins", "discovery/deploy-search", 3, ["prod-us"]),
    version: (count) => `v2.${31 + count}.1`,
  },
  {
    ...{
      name: "recommender",
      team: "discovery",
      number: 4110,
      repository: "data-science/recommender",
      pace: 0.4,
    },
    places: all("gitlab", "data-science/recommender", 7, ["dev", "prod-eu"]),
    version: (count) => `v0.${9 + count}.0`,
  },
];

export const PEOPLE: Readonly<Record<string, string>> = {
  robin: "Robin",
  kim: "Kim",
  noor: "Noor",
  sasha: "Sasha",
  lou: "Lou",
  alexis: "Alexis",
};
export const LOGINS = Object.keys(PEOPLE);
