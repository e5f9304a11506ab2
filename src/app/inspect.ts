/** Looks at configuration, secrets and file modes as they are on disk now, without taking anything of it; for `vice doctor`. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { isReference, secretsOf } from "../domain/notify/channel.ts";
import { ViceError } from "../kit/errors.ts";
import type { Inspection, ServerConfig } from "../ports/services.ts";
import { readYaml } from "./config/read-yaml.ts";
import { type Env, loadServerConfig } from "./config/server-config.ts";
import { type InstanceConfig, type ServerFile, serverSchema } from "./config/server-schema.ts";
import { looseInHome } from "./home.ts";
import { createSources } from "./sources.ts";

const FROM_ENV = /^VICE_HOOK_SECRET_\w+$/;

export async function inspect(running: ServerConfig, env: Env): Promise<Inspection> {
  const { file, home } = running;
  const none = { file, changed: false, emptySecrets: [], loose: looseInHome(home) };
  try {
    const fresh = loadServerConfig(env, { home, ...(file === null ? {} : { config: file }) });
    await createSources(fresh, env);
    const read = fresh.file === null ? null : readYaml(fresh.file, serverSchema);
    return {
      ...none,
      file: fresh.file,
      problems: [],
      changed: essence(fresh) !== essence(running),
      emptySecrets: [...emptyInEnv(env), ...(read === null ? [] : emptyInFile(read))],
      loose: [...none.loose, ...readable(secretFiles(read, env), fresh.file, read)],
    };
  } catch (error) {
    if (!(error instanceof ViceError) || error.code !== "config.invalid") throw error;
    return { ...none, problems: error.message.split("\n") };
  }
}

/** What a reload would take; address and home stay until the next start. */
const essence = ({ host: _host, port: _port, home: _home, ...rest }: ServerConfig): string =>
  JSON.stringify({ ...rest, file: null });

const emptyInEnv = (env: Env): string[] =>
  Object.entries(env).flatMap(([name, value]) => (FROM_ENV.test(name) && value?.trim() === "" ? [name] : []));

interface PlacedInstance extends InstanceConfig {
  place: string;
}

function instancesIn(read: ServerFile): PlacedInstance[] {
  return Object.entries(read.sources).flatMap(([source, config]) => [
    { ...config, place: `sources.${source}` },
    ...Object.entries(config.instances).map(([name, each]) => ({
      ...each,
      place: `sources.${source}.instances.${name}`,
    })),
  ]);
}

const emptyInFile = (read: ServerFile): string[] =>
  instancesIn(read).flatMap(({ place, secret, secrets = [], poll }) => [
    ...(secret?.trim() === "" || secrets.some((each) => each.trim() === "") ? [`${place}.secret`] : []),
    ...(poll?.token?.trim() === "" ? [`${place}.poll.token`] : []),
  ]);

const channelSecrets = (read: ServerFile | null): string[] =>
  read === null ? [] : Object.values(read.notify).flatMap(secretsOf);

function secretFiles(read: ServerFile | null, env: Env): string[] {
  const named =
    read === null ? [] : instancesIn(read).flatMap(({ secretFile, poll }) => [secretFile, poll?.tokenFile]);
  const byEnv = Object.entries(env).flatMap(([name, path]) =>
    FROM_ENV.test(name) && name.endsWith("_FILE") ? [path] : [],
  );
  const ofChannels = channelSecrets(read).flatMap((said) =>
    said.startsWith("file:") ? [said.slice("file:".length)] : [],
  );
  return [...named, ...byEnv, ...ofChannels].filter((path) => path !== undefined && path !== "") as string[];
}

/** Secret files, and the configuration when secrets stand in it, that everybody may read. A group may be meant. */
function readable(
  paths: readonly string[],
  file: string | null,
  read: ServerFile | null,
): Inspection["loose"] {
  if (process.platform === "win32") return [];
  const holds =
    read !== null &&
    (read.oidc !== undefined ||
      channelSecrets(read).some((said) => !isReference(said)) ||
      instancesIn(read).some(({ secret, secrets, poll }) => secret ?? secrets?.[0] ?? poll?.token));
  return [...paths, ...(holds && file !== null ? [file] : [])].flatMap((path) => {
    const mode = (statSync(resolve(path), { throwIfNoEntry: false })?.mode ?? 0) & 0o7777;
    return (mode & 0o007) === 0 ? [] : [{ path, mode }];
  });
}
