/** Puts the server's configuration together: file, environment variables and flags, the later ones first. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { NameRule } from "../../domain/names.ts";
import { compileRules } from "../../domain/names.ts";
import { DEFAULT_SOURCE_ORDER } from "../../domain/reporters.ts";
import { ViceError } from "../../kit/errors.ts";
import type { ServerConfig, SourceInstance } from "../../ports/services.ts";
import { readYaml } from "./read-yaml.ts";
import { type InstanceConfig, type ServerFile, serverSchema } from "./server-schema.ts";

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

/** @throws ViceError `config.invalid` with file, line and the nearest known key */
export function loadServerConfig(env: Env, flags: ConfigFlags = {}): ServerConfig {
  const home = homeOf(env, flags.home);
  const file = findConfigFile(env, flags, home);
  const read: ServerFile = file === null ? serverSchema.parse({}) : readYaml(file, serverSchema);
  const rules = rulesOf(read);
  try {
    compileRules(rules);
  } catch (error) {
    throw new ViceError(
      "config.invalid",
      { file, problem: error instanceof Error ? error.message : "a pattern is not right" },
      error,
    );
  }
  return {
    home,
    file,
    host: flags.host ?? env["VICE_HOST"] ?? read.host ?? "127.0.0.1",
    port: flags.port ?? portOf(env["VICE_PORT"]) ?? read.port ?? 4400,
    rules,
    mappings: Object.fromEntries(
      Object.entries(read.sources).flatMap(([name, { map }]) => (map === undefined ? [] : [[name, map]])),
    ),
    sourceOrder: read.sourceOrder ?? DEFAULT_SOURCE_ORDER,
    environmentOrder: read.environments.map((each) => (typeof each === "string" ? each : each.name)),
    abandonAfterMs: read.abandonAfter,
    keepBodiesDays: read.store.keepBodies === undefined ? null : read.store.keepBodies / 86_400_000,
    sources: instancesOf(read, file),
    transforms: read.transforms,
    oidc: read.oidc ?? null,
    trustedProxy: read.trustedProxy ?? null,
    rateLimit: read.rateLimit ?? null,
    backup: read.backup ?? null,
    allowPrivateHosts: read.allowPrivateHosts,
  };
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

/** All ways of naming in the file as one list of rules; the most particular ones first. */
function rulesOf(read: ServerFile): NameRule[] {
  const aliases = Object.entries(read.aliases).flatMap(([service, names]) =>
    names.map((name): NameRule => ({ match: { service: name }, set: { service } })),
  );
  const bySource = Object.entries(read.sources).flatMap(([source, { rules }]) =>
    rules.map((rule): NameRule => ({ ...rule, match: { source, ...rule.match } })),
  );
  const environments = read.environments.flatMap((each) => {
    if (typeof each === "string") return [];
    const moved = each.aliases.map(
      (alias): NameRule => ({ match: { environment: alias }, set: { environment: each.name } }),
    );
    const tier: NameRule[] =
      each.tier === undefined ? [] : [{ match: { environment: each.name }, set: { tier: each.tier } }];
    return [...moved, ...tier];
  });
  const teams = Object.entries(read.teams).flatMap(([team, services]) =>
    services.map((service): NameRule => ({ match: { service }, set: { team } })),
  );
  return [...aliases, ...bySource, ...environments, ...read.names, ...teams];
}

function instancesOf(read: ServerFile, file: string | null): SourceInstance[] {
  return Object.entries(read.sources).flatMap(([source, config]) => [
    toInstance(source, null, config, file),
    ...Object.entries(config.instances).map(([name, each]) =>
      toInstance(source, name, { ...each, options: each.options ?? config.options }, file),
    ),
  ]);
}

function toInstance(
  source: string,
  instance: string | null,
  config: InstanceConfig,
  file: string | null,
): SourceInstance {
  const { secret, secrets, secretFile, options, poll } = config;
  const fromFile = secretFile === undefined ? [] : secretsOf(readSecret(secretFile, file));
  const token = poll?.tokenFile === undefined ? poll?.token : readSecret(poll.tokenFile, file);
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

export function readSecret(path: string, configFile: string | null): string {
  try {
    return readFileSync(resolve(path), "utf8").trim();
  } catch (error) {
    const problem = `the secret file ${path} cannot be read`;
    throw new ViceError(
      "config.invalid",
      { file: configFile ?? "the environment", problem, hint: "Check its path and its mode (0600)." },
      error,
    );
  }
}
