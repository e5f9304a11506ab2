/**
 * Tokens for what is triggered. Each belongs to one vendor and one address (scheme, host, port, and the path below which
 * it was given): a request that goes anywhere else goes without one.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ServerConfig } from "../../../ports/services.ts";
import type { Vendor } from "./vendor.ts";

export interface Credential {
  vendor: string;
  /** Where it may be sent. */
  url: string;
  token: string;
}

export interface Credentials {
  /** `null` = none belongs there. */
  tokenFor(vendor: string, url: string): string | null;
  /** Whether whoever runs vice named this host: then it may be a private one. */
  isNamed(url: string): boolean;
  /** Variables that cannot be used, in words. */
  problems(vendor: string): readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;

const PREFIX = "VICE_TRIGGER_TOKEN_";
const FILE = "_FILE";

/** Where the vendor has one address for everybody. */
const PUBLIC: Readonly<Record<string, string>> = {
  github: "https://api.github.com",
  gitlab: "https://gitlab.com",
  heroku: "https://api.heroku.com",
};

const word = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, "_");

/**
 * From `sources.<vendor>` (`poll.url` with `poll.token`) and `VICE_TRIGGER_TOKEN_<VENDOR>[_<INSTANCE>]` (or `..._FILE`).
 * A variable is for the address of that instance; one that has none there names it itself: `https://ci.example.com TOKEN`.
 */
export function triggerCredentials(
  vendors: ReadonlyArray<Pick<Vendor, "name" | "apiOf">>,
  sources: ServerConfig["sources"],
  env: Env,
): Credentials {
  const apiOf = (vendor: string, url: string): string =>
    vendors.find(({ name }) => name === vendor)?.apiOf?.(url) ?? url;
  const known: Credential[] = [];
  const named: string[] = [];
  const problems = new Map<string, string[]>();
  for (const { source, poll } of sources) {
    if (poll === null) continue;
    const url = apiOf(source, poll.url);
    named.push(url);
    if (poll.token !== null) known.push({ vendor: source, url, token: poll.token });
  }
  for (const [name, given] of variablesOf(env)) {
    const vendor = vendors.find((each) => `${name}_`.startsWith(`${word(each.name)}_`))?.name;
    if (vendor === undefined) continue;
    const instance = name.slice(vendor.length + 1);
    const read = credentialOf({ vendor, instance, sources, variable: PREFIX + name }, given);
    if (typeof read === "string") problems.set(vendor, [...(problems.get(vendor) ?? []), read]);
    else {
      const url = apiOf(vendor, read.url);
      known.unshift({ ...read, url }); // made for this, so it goes before the one that only reads
      named.push(url);
    }
  }
  return {
    tokenFor: (vendor, url) =>
      known
        .filter((each) => each.vendor === vendor && isBelow(url, each.url))
        .sort((a, b) => pathOf(b.url).length - pathOf(a.url).length)[0]?.token ?? null,
    isNamed: (url) => named.some((each) => originOf(each) === originOf(url)),
    problems: (vendor) => problems.get(vendor) ?? [],
  };
}

interface Variable {
  vendor: string;
  instance: string;
  sources: ServerConfig["sources"];
  variable: string;
}

function credentialOf(
  { vendor, instance, sources, variable }: Variable,
  given: string | { problem: string },
): Credential | string {
  if (typeof given !== "string") return `${variable}_FILE: ${given.problem}`;
  const [, own, rest] = /^(https?:\/\/\S+)\s+(\S.*)$/s.exec(given) ?? [];
  if (own !== undefined && rest !== undefined && URL.canParse(own)) return { vendor, url: own, token: rest };
  const configured = sources.find(
    (each) => each.source === vendor && word(each.instance ?? "") === instance && each.poll !== null,
  )?.poll?.url;
  const url = configured ?? (instance === "" ? PUBLIC[vendor] : undefined);
  return url === undefined
    ? `${variable} belongs to no address, so it is not used; write it as "https://ADDRESS TOKEN"`
    : { vendor, url, token: given };
}

function variablesOf(env: Env): Array<[name: string, value: string | { problem: string }]> {
  return Object.entries(env).flatMap(([key, value]) => {
    if (!key.startsWith(PREFIX) || !value?.trim()) return [];
    if (!key.endsWith(FILE)) return [[key.slice(PREFIX.length), value.trim()]];
    return [[key.slice(PREFIX.length, -FILE.length), readFile(value)]];
  });
}

function readFile(path: string): string | { problem: string } {
  try {
    return readFileSync(resolve(path), "utf8").trim();
  } catch {
    return { problem: `${path} cannot be read; check its path and its mode (0600)` };
  }
}

const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);
const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname.replace(/\/+$/, "") : "");

/** Several systems may live below one host. */
function isBelow(url: string, above: string): boolean {
  if (originOf(url) === null || originOf(url) !== originOf(above)) return false;
  return `${pathOf(url)}/`.startsWith(`${pathOf(above)}/`);
}
