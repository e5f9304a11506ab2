/** What npm's own files say about registries: which one, and the token that belongs to it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT = "https://registry.npmjs.org/";

const withSlash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);

/** As npm looks: its variable, the project's file, the user's file; a scope may have one of its own. */
export function registryFor(name: string, cwd: string, env: Env): string {
  const scope = /^(@[^/]+)\//.exec(name)?.[1];
  const said = [entriesOf(join(cwd, ".npmrc"), env), entriesOf(userFile(env), env)];
  const of = (key: string): string | undefined => said.map((each) => each.get(key)).find((value) => value);
  const scoped = scope === undefined ? undefined : of(`${scope}:registry`);
  const common = env["npm_config_registry"] ?? env["NPM_CONFIG_REGISTRY"] ?? of("registry");
  return withSlash(scoped ?? common ?? DEFAULT);
}

/** Only for addresses below the one that the user's file names with it. */
export function tokenFor(url: string, env: Env): string | null {
  const { host, pathname } = new URL(url);
  const address = `//${host}${pathname}`;
  for (const [key, value] of entriesOf(userFile(env), env)) {
    const place = /^(\/\/.+\/):_authToken$/.exec(key)?.[1];
    if (place !== undefined && value !== "" && address.startsWith(place)) return value;
  }
  return null;
}

const userFile = (env: Env): string =>
  env["npm_config_userconfig"] ?? env["NPM_CONFIG_USERCONFIG"] ?? join(env["HOME"] ?? "/", ".npmrc");

function entriesOf(file: string, env: Env): Map<string, string> {
  const lines = textOf(file).split(/\r?\n/);
  return new Map(
    lines.flatMap((line): Array<[string, string]> => {
      const [, key, value = ""] = /^\s*([^;#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      const filled = value.replaceAll(/\$\{([^}?]+)\??\}/g, (_whole, name: string) => env[name] ?? "");
      return key === undefined ? [] : [[key, filled.replace(/^"(.*)"$/, "$1")]];
    }),
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // there is none
  }
}
