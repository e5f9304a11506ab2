/** Sources with their secrets: from the configuration file, from `VICE_HOOK_SECRET_*`, and made on the page. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { genericSource, mappingsSchema } from "../adapters/source/generic/index.ts";
import { isSourceName, loadSource, SOURCE_NAMES } from "../adapters/source/table.ts";
import { ViceError } from "../kit/errors.ts";
import { schemaProblems } from "../kit/yaml-file.ts";
import type { FileProblem } from "../kit/yaml-problems.ts";
import type { ServerConfig, SourceInstance, Sources } from "../ports/services.ts";
import type { Source } from "../ports/source.ts";
import { configInvalid } from "./config/config-problems.ts";
import { type Env, readSecret, secretsOf } from "./config/server-config.ts";
import { mappingProblems, unknownSource } from "./config/source-problems.ts";

type Kept = Record<string, string[]>;

const word = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, "_");
const keyOf = (source: string, instance: string | null): string =>
  instance === null ? source : `${source}/${instance}`;

/** @throws ViceError `config.invalid` for options or mappings that are not right */
export async function createSources(config: ServerConfig, env: Env): Promise<Sources> {
  const own = new Map(
    Object.entries(config.mappings).map(([name, mapping]) => [
      name,
      mappedSource(name, mapping, config.file),
    ]),
  );
  const file = join(config.home, "secrets.json");
  const checked = await checkOptions(config, own);
  let kept = readKept(file);

  const get = async (name: string): Promise<Source | null> =>
    own.get(name) ?? (isSourceName(name) ? loadSource(name) : null);

  const fromEnv = envSecrets(env);
  const configured = (source: string, instance: string | null): SourceInstance | undefined =>
    config.sources.find((each) => each.source === source && each.instance === instance);

  const secretsFor = (source: string, instance: string | null): string[] => [
    ...(configured(source, instance)?.secrets ?? []),
    ...(fromEnv.get(instance === null ? word(source) : `${word(source)}_${word(instance)}`) ?? []),
    ...(kept[keyOf(source, instance)] ?? []),
  ];

  return {
    names: () => [...new Set<string>([...SOURCE_NAMES, ...own.keys()])],
    get,
    instance: (source, instance) => {
      const particular = instance === null ? [] : secretsFor(source, instance);
      const found = configured(source, instance) ?? configured(source, null);
      return {
        source,
        instance,
        secrets: particular.length > 0 ? particular : secretsFor(source, null),
        options: checked.get(keyOf(source, instance)) ?? checked.get(source) ?? null,
        poll: found?.poll ?? null,
      };
    },
    isConfigured: (source, instance) =>
      configured(source, instance) !== undefined ||
      (instance !== null && secretsFor(source, instance).length > 0),
    connect: (source, instance) => {
      const key = keyOf(source, instance);
      const secret = randomBytes(24).toString("base64url");
      kept = { ...kept, [key]: [secret, ...(kept[key] ?? [])].slice(0, 3) };
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(`${file}.new`, JSON.stringify(kept, null, 2), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      return { secret };
    },
  };
}

/** The configuration was checked when it was read; one that was made otherwise is checked here. */
function mappedSource(name: string, mapping: unknown, file: string | null): Source {
  const parsed = mappingsSchema.safeParse(mapping);
  if (parsed.success) return genericSource(name, parsed.data);
  throw configInvalid(file, mappingProblems(name, mapping));
}

async function checkOptions(
  config: ServerConfig,
  own: ReadonlyMap<string, Source>,
): Promise<Map<string, unknown>> {
  const checked = new Map<string, unknown>();
  const problems: FileProblem[] = [];
  for (const { source: name, instance, options } of config.sources) {
    const source = own.get(name) ?? (isSourceName(name) ? await loadSource(name) : null);
    if (source === null) {
      problems.push(unknownSource(name));
      continue;
    }
    if (options === undefined || options === null) continue;
    const path = ["sources", name, ...(instance === null ? [] : ["instances", instance]), "options"];
    const parsed = source.options?.safeParse(options);
    if (source.options === undefined || parsed === undefined)
      problems.push({ path, problem: "this source has no options" });
    else if (parsed.success) checked.set(keyOf(name, instance), parsed.data);
    else problems.push(...schemaProblems(source.options, parsed.error, options, path));
  }
  if (problems.length > 0) throw configInvalid(config.file, problems);
  return checked;
}

const PREFIX = "VICE_HOOK_SECRET_";
const FILE = "_FILE";

/** Secrets by the word after `VICE_HOOK_SECRET_`; files are read once, at start and when the configuration is read again. */
function envSecrets(env: Env): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [key, value] of Object.entries(env)) {
    if (!key.startsWith(PREFIX) || !value) continue;
    const isFile = key.endsWith(FILE);
    const name = key.slice(PREFIX.length, isFile ? -FILE.length : undefined);
    const secrets = secretsOf(isFile ? fileOf(key, value) : value);
    found.set(name, [...(found.get(name) ?? []), ...secrets]);
  }
  return found;
}

function fileOf(key: string, path: string): string {
  try {
    return readSecret(path);
  } catch (error) {
    const problem = `${key}: the secret file ${path} cannot be read`;
    const hint = "Check its path and its mode (0600).";
    throw new ViceError("config.invalid", { file: "the environment", problem, hint }, error);
  }
}

function readKept(file: string): Kept {
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Kept;
  } catch (error) {
    throw new ViceError(
      "config.invalid",
      { file, problem: "it is not JSON", hint: "Restore it, or remove it and connect the tools again." },
      error,
    );
  }
}
