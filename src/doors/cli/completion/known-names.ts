/** Names of services and environments for completion: quick, quiet, and only such as no shell can misread. */

import type { CliOptions, Env } from "../cli-options.ts";
import { findServer } from "../place/find-server.ts";
import { runLocal } from "../place/run-local.ts";
import { runRemote } from "../place/run-remote.ts";
import { viceHome } from "../wrapper/home.ts";
import type { NameList } from "./spots.ts";

const KEY_OF = { services: "service", environments: "environment" } as const satisfies Record<
  NameList,
  string
>;
const PATIENCE_MS = 1500;

/** Names come from outside, and what is completed stands on a command line: nothing a shell could read as more than a word. */
const HARMLESS = /^[\p{L}\p{N}][\p{L}\p{N}._:@/+-]*$/u;

/** @returns sorted names; nothing when anything goes wrong, since a key press may not fail */
export async function knownNames(options: CliOptions, env: Env, list: NameList): Promise<string[]> {
  const result = await askStatus(options, env).catch(() => null);
  const items: unknown = Object(result)["items"];
  const names = Array.isArray(items) ? items.map((item) => Object(item)[KEY_OF[list]] as unknown) : [];
  const harmless = names.filter((name): name is string => typeof name === "string" && HARMLESS.test(name));
  return [...new Set(harmless)].sort();
}

async function askStatus({ commands, openLocal, now = Date.now }: CliOptions, env: Env): Promise<unknown> {
  const command = commands.find(({ id }) => id === "viz.status");
  if (command === undefined) return null;
  const home = viceHome(env);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const call = { input: { ephemeral: false }, progress: () => {}, signal };
  const server = await findServer(env, home);
  if (server !== null) return runRemote(server, { ...call, id: command.id, effect: command.effect });
  return runLocal({ ...call, command, home, openLocal, now });
}
