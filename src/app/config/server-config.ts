/** Puts the server's configuration together: file, environment variables and flags, the later ones first. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { NameRule } from "../../domain/names.ts";
import { compileRules } from "../../domain/names.ts";
import { DEFAULT_SOURCE_ORDER } from "../../domain/reporters.ts";
import { isTimeZone } from "../../domain/time-zone.ts";
import { ViceError } from "../../kit/errors.ts";
import type { KeyPath } from "../../kit/say-issue.ts";
import type { FileProblem } from "../../kit/yaml-problems.ts";
import type { ServerConfig, SourceInstance } from "../../ports/services.ts";
import { configInvalid } from "./config-problems.ts";
import { environmentProblems } from "./environment-problems.ts";
import { type ReadFile, readServerFile } from "./read-server-file.ts";
import { type InstanceConfig, publicUrl, type ServerFile, serverSchema } from "./server-schema.ts";
import { sourceProblems } from "./source-problems.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export interface ConfigFlags {
  config?: string | undefined;
  host?: string | undefined;
  port?: number | undefined;
  home?: string | undefined;
}

/** Where store, spool and server record live: `VICE_HOME`, else the XDG data folder. */
export function homeOf(env: Env, flag?: string): string {
  const chosen = flag ?? env["VICE_HOME"];
  if (chosen) return resolve(chosen);
  const data = env["XDG_DATA_HOME"];
  const folder = data && isAbsolute(data) ? data : join(env["HOME"] || homedir(), ".local", "share");
  return join(folder, "vice");
}

/** `--config`, then the current folder, then the home. `null` = there is none. */
export function findConfigFile(env: Env, flags: ConfigFlags, home: string): string | null {
  if (flags.config !== undefined) return resolve(flags.config);
  const named = env["VICE_CONFIG"];
  if (named) return resolve(named);
  return (
    [resolve("vice.server.yaml"), join(home, "vice.server.yaml")].find((file) => existsSync(file)) ?? null
  );
}

/** @throws ViceError `config.invalid` with every problem: file, line and the nearest known key */
export function loadServerConfig(env: Env, flags: ConfigFlags = {}): ServerConfig {
  const home = homeOf(env, flags.home);
  const file = findConfigFile(env, flags, home);
  const { read, problems } = file === null ? NO_FILE() : readServerFile(file);
  const rules = rulesOf(read);
  problems.push(...sourceProblems(read), ...environmentProblems(read), ...rules.flatMap(ruleProblem));
  const sources = instancesOf(read, problems);
  const prometheus = prometheusOf(read.prometheus, problems);
  if (problems.length > 0) throw configInvalid(file, problems);
  return {
    home,
    file,
    host: flags.host ?? env["VICE_HOST"] ?? read.host ?? "127.0.0.1",
    port: flags.port ?? portOf(env["VICE_PORT"]) ?? read.port ?? 4400,
    rules: rules.map(({ rule }) => rule),
    mappings: Object.fromEntries(
      Object.entries(read.sources).flatMap(([name, { map }]) => (map === undefined ? [] : [[name, map]])),
    ),
    sourceOrder: read.sourceOrder ?? DEFAULT_SOURCE_ORDER,
    environmentOrder: read.environments.map((each) => (typeof each === "string" ? each : each.name)),
    abandonAfterMs: read.abandonAfter,
    timeZone: zoneOf(env["VICE_TIME_ZONE"]) ?? read.timeZone ?? "UTC",
    keepBodiesDays: daysOf(read.store.keepBodies),
    keepRunsDays: daysOf(read.store.keepRuns),
    sources,
    transforms: read.transforms,
    oidc: read.oidc ?? null,
    trustedProxy: read.trustedProxy ?? null,
    rateLimit: read.rateLimit ?? null,
    roles: read.roles.map(({ who, role, service = null, environment = null, team = null }) => ({
      ...{ who, role, service, environment, team },
    })),
    trunk: read.andon?.trunk ?? [],
    backup: read.backup ?? null,
    channels: Object.entries(read.notify).map(([name, channel]) => ({ name, ...channel })),
    otlpExporter: read.exporters.otlp ?? null,
    dashboards: Object.entries(read.dashboards).map(([name, selection]) => ({ name, ...selection })),
    flow: read.flow,
    prometheus,
    allowPrivateHosts: read.allowPrivateHosts,
    publicUrl: publicUrlOf(env["VICE_PUBLIC_URL"]) ?? read.publicUrl ?? null,
  };
}

const NO_FILE = (): ReadFile => ({ read: serverSchema.parse({}), problems: [] });

function publicUrlOf(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  const { data } = publicUrl.safeParse(text);
  if (data !== undefined) return data;
  throw new ViceError("config.invalid", {
    file: "VICE_PUBLIC_URL",
    problem: "it is no address",
    hint: "Write it as https://vice.example.com.",
  });
}

function zoneOf(text: string | undefined): string | undefined {
  if (text === undefined || text === "" || isTimeZone(text)) return text || undefined;
  throw new ViceError("config.invalid", {
    file: "VICE_TIME_ZONE",
    problem: `"${text}" is no time zone`,
    hint: "Write it as Europe/Berlin or UTC.",
  });
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ViceError("config.invalid", {
      file: "VICE_PORT",
      problem: `"${text}" is no port`,
      hint: "Write a number from 0 to 65535.",
    });
  }
  return port;
}

interface PlacedRule {
  rule: NameRule;
  path: KeyPath;
}

/** All ways of naming in the file as one list of rules; the most particular ones first. */
function rulesOf(read: ServerFile): PlacedRule[] {
  const aliases = Object.entries(read.aliases).flatMap(([service, names]) =>
    names.map((name, at) => ({
      rule: { match: { service: name }, set: { service } },
      path: ["aliases", service, at],
    })),
  );
  const bySource = Object.entries(read.sources).flatMap(([source, { rules }]) =>
    rules.map((rule, at) => ({
      rule: { ...rule, match: { source, ...rule.match } },
      path: ["sources", source, "rules", at],
    })),
  );
  const environments = read.environments.flatMap((each, at): PlacedRule[] => {
    if (typeof each === "string") return [];
    const moved = each.aliases.map((alias, n) => ({
      rule: { match: { environment: alias }, set: { environment: each.name } },
      path: ["environments", at, "aliases", n],
    }));
    if (each.tier === undefined) return moved;
    const tier = { match: { environment: each.name }, set: { tier: each.tier } };
    return [...moved, { rule: tier, path: ["environments", at, "name"] }];
  });
  const names = read.names.map((rule, at) => ({ rule, path: ["names", at] }));
  const teams = Object.entries(read.teams).flatMap(([team, services]) =>
    services.map((service, at) => ({
      rule: { match: { service }, set: { team } },
      path: ["teams", team, at],
    })),
  );
  return [...aliases, ...bySource, ...environments, ...names, ...teams];
}

function ruleProblem({ rule, path }: PlacedRule): FileProblem[] {
  try {
    compileRules([rule]);
    return [];
  } catch (error) {
    return [{ path, problem: error instanceof Error ? error.message : "a pattern is not right" }];
  }
}

/** @param problems secret files that cannot be read are added */
function instancesOf(read: ServerFile, problems: FileProblem[]): SourceInstance[] {
  return Object.entries(read.sources).flatMap(([source, config]) => [
    toInstance(source, null, config, { path: ["sources", source], problems }),
    ...Object.entries(config.instances).map(([name, each]) =>
      toInstance(
        source,
        name,
        { ...each, options: each.options ?? config.options },
        { path: ["sources", source, "instances", name], problems },
      ),
    ),
  ]);
}

interface Place {
  path: KeyPath;
  problems: FileProblem[];
}

function toInstance(
  source: string,
  instance: string | null,
  config: InstanceConfig,
  { path, problems }: Place,
): SourceInstance {
  const { secret, secrets, secretFile, options, poll } = config;
  const read = (file: string, ...keys: string[]): string => {
    try {
      return readSecret(file);
    } catch {
      problems.push({ path: [...path, ...keys], problem: `the secret file ${file} ${UNREADABLE}` });
      return "";
    }
  };
  const fromFile = secretFile === undefined ? [] : secretsOf(read(secretFile, "secretFile"));
  const token = poll?.tokenFile === undefined ? poll?.token : read(poll.tokenFile, "poll", "tokenFile");
  return {
    source,
    instance,
    secrets: [...(secret === undefined ? [] : [secret]), ...(secrets ?? []), ...fromFile],
    options,
    poll:
      poll === undefined
        ? null
        : {
            url: poll.url.replace(/\/+$/, ""),
            token: token ?? null,
            only: poll.only,
            everySeconds: Math.max(1, poll.every / 1000),
            backfillDays: poll.backfill / 86_400_000,
          },
  };
}

/** @param problems a token file that cannot be read is added */
function prometheusOf(read: ServerFile["prometheus"], problems: FileProblem[]): ServerConfig["prometheus"] {
  if (read === undefined) return null;
  const url = read.url.replace(/\/+$/, "");
  const { queries, scope } = read;
  if (read.tokenFile === undefined) return { url, token: read.token ?? null, queries, scope };
  try {
    return { url, token: readSecret(read.tokenFile), queries, scope };
  } catch {
    problems.push({
      path: ["prometheus", "tokenFile"],
      problem: `the secret file ${read.tokenFile} ${UNREADABLE}`,
    });
    return { url, token: null, queries, scope };
  }
}

const UNREADABLE = "cannot be read; check its path and its mode (0600)";

/** One secret, or a JSON array of them for rotation. */
export function secretsOf(text: string): string[] {
  const trimmed = text.trim();
  if (!trimmed.startsWith("[")) return trimmed === "" ? [] : [trimmed];
  try {
    const list: unknown = JSON.parse(trimmed);
    if (Array.isArray(list) && list.every((each) => typeof each === "string")) return list;
  } catch {
    return [trimmed]; // a secret may begin with a bracket
  }
  return [trimmed];
}

/** @throws the error of the file system */
export const readSecret = (path: string): string => readFileSync(resolve(path), "utf8").trim();

const daysOf = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 86_400_000);
