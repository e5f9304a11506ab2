/** The invented company behind the mock: services, teams, environments, tools. Deterministic. */
import type { Tier } from "../../src/domain/activity.ts";

const FIRST = [
  "cart",
  "shop",
  "search",
  "pricing",
  "invoice",
  "ledger",
  "catalog",
  "stock",
  "parcel",
  "route",
  "login",
  "profile",
  "mail",
  "push",
  "review",
  "image",
  "tax",
  "fraud",
  "report",
  "export",
  "import",
  "quota",
  "billing",
  "refund",
  "voucher",
];
const SECOND = [
  "api",
  "web",
  "worker",
  "sync",
  "jobs",
  "gateway",
  "store",
  "feed",
  "admin",
  "batch",
  "events",
  "rules",
  "index",
  "proxy",
  "hooks",
  "queue",
  "cache",
  "ui",
  "bot",
  "cron",
];
export const TEAMS = ["payments", "storefront", "logistics", "identity", "insight", "platform", "messaging"];
export const ACTORS = ["Robin Field", "Sam Harbour", "Kim Meadow", "Alex Rivers", "deploy-bot", "Jo Winter"];
export const SOURCES = ["gitlab", "jenkins", "github", "octopus", "heroku", "teamcity", "local"];
export const ENVIRONMENTS: ReadonlyArray<{ name: string; tier: Tier }> = [
  { name: "dev", tier: "development" },
  { name: "test", tier: "testing" },
  { name: "staging", tier: "staging" },
  { name: "canary", tier: "other" },
  { name: "prod-eu", tier: "production" },
  { name: "prod-us", tier: "production" },
];

/** `cart-api`, `cart-web`, ...: 500 of them. */
export const SERVICES: readonly string[] = FIRST.flatMap((first) =>
  SECOND.map((second) => `${first}-${second}`),
);

/** A spread, repeatable number below `below` for (seed, salt). */
export function pick(seed: number, salt: number, below: number): number {
  let x = (Math.imul(seed + 1, 2654435761) ^ Math.imul(salt + 7, 40503)) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 2246822519) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 3266489917) >>> 0;
  return ((x ^ (x >>> 16)) >>> 0) % below;
}

export const one = <Item>(items: readonly Item[], at: number): Item => {
  const item = items[at % items.length];
  if (item === undefined) throw new Error("an empty list has no item");
  return item;
};

export const teamOf = (service: number): string => one(TEAMS, Math.floor(service / 20));
