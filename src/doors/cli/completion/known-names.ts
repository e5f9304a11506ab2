/** Names of services, environments and saved queries for completion: quick, quiet, and only such as no shell can misread. */

import type { CliOptions, Env } from "../cli-options.ts";
import { findServer } from "../place/find-server.ts";
import { runLocal } from "../place/run-local.ts";
import { runRemote } from "../place/run-remote.ts";
import { viceHome } from "../wrapper/home.ts";
import type { NameList } from "./spots.ts";

/** Which command lists them, and which key of its items is the name. */
const FROM = {
  services: { id: "viz.status", key: "service", input: { ephemeral: false } },
  environments: { id: "viz.status", key: "environment", input: { ephemeral: false } },
  queries: { id: "data.query-list", key: "name", input: {} },
} as const satisfies Record<NameList, { id: string; key: string; input: object }>;
const PATIENCE_MS = 1500;

/** Names come from outside, and what is completed stands on a command line: nothing a shell could read as more than a word. */
const HARMLESS = /^[\p{L}\p{N}][\p{L}\p{N}._:@/+-]*$/u;

/** @returns sorted names; nothing when anything goes wrong, since a key press may not fail */
export async function knownNames(options: CliOptions, env: Env, list: NameList): Promise<string[]> {
  const result = await ask(options, env, list).catch(() => null);
  const items: unknown = Object(result)["items"];
  const names = Array.isArray(items) ? items.map((item) => Object(item)[FROM[list].key] as unknown) : [];
  const harmless = names.filter((name): name is string => typeof name === "string" && HARMLESS.test(name));
  return [...new Set(harmless)].sort();
}

async function ask(
  { commands, openLocal, now = Date.now }: CliOptions,
  env: Env,
  list: NameList,
): Promise<unknown> {
  const command = commands.find(({ id }) => id === FROM[list].id);
  if (command === undefined) return null;
  const home = viceHome(env);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const call = { input: FROM[list].input, progress: () => {}, signal };
  const server = await findServer(env, home);
  if (server !== null) return runRemote(server, { ...call, id: command.id, effect: command.effect });
  return runLocal({ ...call, command, home, openLocal, now });
}
