/** Build parameters as CI servers hand them on: which are safe to keep, and which conventionally name a deployment. */
import type { Facts } from "../../domain/transition.ts";
import { isUuid } from "../../kit/ids.ts";
import { MAX_TAGS, sha, tagsOf, text } from "./shaping.ts";

/** Servers leave out what they know to be secret; this catches what was declared as plain text. */
const SECRET_NAME = /pass|pwd|secret|token|key|credential/i;

export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);

const ENVIRONMENT_NAMES = [
  "environment",
  "env",
  "target_env",
  "target_environment",
  "deploy_env",
  "deploy_environment",
  "deploy_to",
];
const VERSION_NAMES = ["version", "release_version", "deploy_version", "release", "tag"];

export type Parameters = Readonly<Record<string, unknown>>;

/** `env.DEPLOY-ENV` (TeamCity) and `DEPLOY_ENV` (Jenkins) are one name. */
const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^(env|system)\./, "")
    .replace(/[-. ]/g, "_");

/** The first of these conventional names that has a value, `null` when none has. */
function conventional(parameters: Parameters, names: readonly string[]): string | null {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(parameters)) {
    const known = text(value);
    if (known !== null && !values.has(plainName(name))) values.set(plainName(name), known);
  }
  for (const name of names) {
    const value = values.get(name);
    if (value !== undefined) return value;
  }
  return null;
}

export const environmentIn = (parameters: Parameters): string | null =>
  conventional(parameters, ENVIRONMENT_NAMES);

export const versionIn = (parameters: Parameters): string | null => conventional(parameters, VERSION_NAMES);

/**
 * What vice handed over when it started this: then it is a report on that deployment, in the names that vice uses. The
 * commit of the job's own repository is not the one that is deployed.
 */
export function givenByVice(parameters: Parameters): Facts {
  const run = conventional(parameters, ["vice_run_id"]);
  if (run === null || !isUuid(run)) return {};
  const service = conventional(parameters, ["vice_service"]);
  const environment = conventional(parameters, ["vice_environment"]);
  const version = conventional(parameters, ["vice_version"]);
  return {
    ...{ kind: "deployment", parentId: run },
    commitSha: sha(conventional(parameters, ["vice_commit"])).commitSha,
    ...(service === null ? {} : { service }),
    ...(environment === null ? {} : { environment }),
    ...(version === null ? {} : { version }),
  };
}

/** `parameter.<NAME>` tags without secrets, at most as many as `room` leaves. */
export function parameterTags(parameters: Parameters, room: number = MAX_TAGS): Record<string, string> {
  const open = Object.entries(parameters).filter(([name]) => !isSecretName(name));
  const tags = tagsOf(Object.fromEntries(open.map(([name, value]) => [`parameter.${name}`, value])));
  return Object.fromEntries(Object.entries(tags).slice(0, Math.max(room, 0)));
}
