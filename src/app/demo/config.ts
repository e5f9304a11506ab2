/** What `vice.server.yaml` says at Example Shop: names, teams, environments, and a secret for each tool, made by chance. */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { ENVIRONMENTS, SERVICES } from "./company.ts";
import type { Service, ToolName } from "./story.ts";
import { TOOL_NAMES } from "./tools/table.ts";

export type Secrets = Readonly<Record<ToolName, string>>;

export interface DemoConfig {
  /** Where it stands. */
  file: string;
  secrets: Secrets;
}

/** Writes the file into the home, readable only for its owner. */
export function demoConfig(home: string): DemoConfig {
  const secrets = Object.fromEntries(
    TOOL_NAMES.map((name) => [name, randomBytes(24).toString("base64url")]),
  ) as Secrets;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(home, "vice.server.yaml");
  writeFileSync(file, stringify(configOf(secrets)), { mode: 0o600 });
  return { file, secrets };
}

function configOf(secrets: Secrets) {
  const tools = TOOL_NAMES.map((name) => [
    name,
    { secret: secrets[name], ...(RULES[name] === undefined ? {} : { rules: RULES[name] }) },
  ]);
  return {
    sources: Object.fromEntries(tools),
    aliases: Object.fromEntries(SERVICES.map((service) => [service.name, namesOf(service)])),
    names: SERVICES.map(({ name }) => ({ match: { service: name }, set: { service: name } })),
    teams: teams(),
    environments: ENVIRONMENTS.map((name) => ({ name, tier: TIERS[name], aliases: ALIASES[name] })),
  };
}

/** What only a rule can know: that a ticket's component is a service, Heroku's stage in the name of the app, and that a build of TeamCity deploys. */
const RULES: Readonly<Partial<Record<ToolName, readonly unknown[]>>> = {
  jira: SERVICES.map(({ name, team }) => ({
    ...{ match: { kind: "ticket", tags: { component: name } }, set: { service: name, team } },
  })),
  heroku: [
    { match: { service: "shop-*-development" }, set: { service: "$1", environment: "dev" } },
    { match: { service: "shop-*-staging" }, set: { service: "$1", environment: "staging" } },
    { match: { service: "shop-*-production" }, set: { service: "$1", environment: "prod-eu" } },
    { match: { service: "shop-*-production-us" }, set: { service: "$1", environment: "prod-us" } },
  ],
  teamcity: [
    { match: { service: "MobileApi_Deploy" }, set: { service: "mobile-api", kind: "deployment" } },
    { match: { service: "MobileApi_*" }, set: { service: "mobile-api" } },
  ],
};

const TIERS = {
  dev: "development",
  staging: "staging",
  "prod-eu": "production",
  "prod-us": "production",
} as const;

const ALIASES = {
  dev: ["Development"],
  staging: ["Staging"],
  "prod-eu": ["Production EU"],
  "prod-us": ["Production US"],
} as const;

/** All names under which tools report a service; its own comes after the rules of the tools, see `names`. */
function namesOf({ name, repository, places }: Service): string[] {
  const byAlias = places.filter(({ tool }) => tool !== "heroku" && tool !== "teamcity");
  return [...new Set([repository, ...byAlias.map((place) => place.reportedAs)])].filter(
    (each) => each !== name,
  );
}

function teams(): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { team, name } of SERVICES) found[team] = [...(found[team] ?? []), name];
  return found;
}
