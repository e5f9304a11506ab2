/** The values and secrets of an application in an environment: opened for who starts it, or as a plan that opens nothing. */
import { HIDDEN } from "../../../domain/project/hide-secrets.ts";
import type { Project, ProjectEnvironment } from "../../../domain/project/project.ts";
import { checkValues } from "../../../domain/values/check-values.ts";
import { sayReference } from "../../../domain/values/reference.ts";
import {
  configLayers,
  placeOf,
  type ResolvedValue,
  resolveLayers,
  type ValuesAnswer,
} from "../../../domain/values/resolve.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import { nearest } from "../../../kit/nearest.ts";
import { linesOf } from "../../../kit/yaml-problems.ts";
import type { SecretPlace, Secrets } from "../../../ports/secrets.ts";

export interface ValuesFrom {
  /** The folder of `vice.yaml`. */
  cwd: string;
  /** What the file is called, and what stands in it; `null` = a registered project. */
  file: string | null;
  text: string | null;
  env: Readonly<Record<string, string | undefined>>;
  set?: Readonly<Record<string, string>>;
  host?: string;
  secrets: Secrets;
}

export interface OpenValues {
  /** What the application gets; secrets are among them. */
  values: Record<string, string>;
  /** The texts of the secrets, for masking. */
  secrets: string[];
  /** No text of a secret stands in it. */
  resolved: ResolvedValue[];
  /** One sentence each; with any of them nothing should be started. */
  problems: string[];
}

/** Never rejects for what is wrong with values: that is told in `problems`. */
export async function resolveValues(
  project: Project,
  environment: ProjectEnvironment | null,
  service: string | null,
  from: ValuesFrom,
): Promise<OpenValues> {
  const { resolved, problems } = answer(project, environment, service, from);
  const place = placeFor(environment, from);
  const opened = await Promise.all(
    resolved.map(async (each) => {
      const { key, value, reference } = each;
      if (reference === null) return { key, text: value, problem: leftOut(each) };
      return { key, ...(await from.secrets.open(key, reference, place)) };
    }),
  );
  const closed = opened.flatMap(({ key, problem }, at) => {
    const source = resolved[at]?.source;
    return problem === null ? [] : [`${source === undefined ? "" : placeOf(source)}${key}: ${problem}`];
  });
  const values = Object.fromEntries(
    opened.flatMap(({ key, text, problem }) =>
      text === null || problem !== null ? [] : [[key, text] as const],
    ),
  );
  const rules = configLayers({ project, environment, service }).map(({ config }) => config.schema ?? {});
  const wrong = checkValues({ rules, resolved, values, nearest });
  return {
    values,
    secrets: resolved.flatMap(({ key, secret }) => (secret ? (values[key] ?? []) : [])),
    resolved,
    problems: [...problems, ...closed, ...wrong],
  };
}

export interface PlannedValue {
  key: string;
  secret: boolean;
  /** `null` = a secret, or not set. */
  value: string | null;
  /** Where the secret is. */
  reference: string | null;
  /** Of the value, or of what is stored of the secret; `null` = nobody can tell without opening it. */
  hash: string | null;
  layer: ResolvedValue["source"]["layer"];
  /** `vice.yaml:12`, or `null`. */
  at: string | null;
}

export interface PlannedValues {
  items: PlannedValue[];
  /** Of all of them: another one when anything that can be seen from outside changed. */
  hash: string;
  problems: string[];
}

/** Opens no secret: for plans, differences and whoever may not read them. */
export async function planValues(
  project: Project,
  environment: ProjectEnvironment | null,
  service: string | null,
  from: ValuesFrom,
): Promise<PlannedValues> {
  const { resolved, problems } = answer(project, environment, service, from);
  const place = placeFor(environment, from);
  const items = await Promise.all(
    resolved.map(async ({ key, secret, value, reference, source }): Promise<PlannedValue> => {
      const stamp = reference === null ? value : await from.secrets.stamp(key, reference, place);
      return {
        ...{ key, secret, value },
        reference: reference === null ? null : sayReference(reference),
        hash: stamp === null ? null : sha256Hex(stamp).slice(0, 16),
        layer: source.layer,
        at: placeOf(source).replace(/: $/, "") || null,
      };
    }),
  );
  const seen = items.map(({ key, secret, reference, hash }) => [key, secret, reference, hash]);
  return { items, hash: sha256Hex(JSON.stringify(seen)), problems };
}

function answer(
  project: Project,
  environment: ProjectEnvironment | null,
  service: string | null,
  { file, text, host, set }: ValuesFrom,
): ValuesAnswer {
  const lineOf = text === null ? (): undefined => undefined : linesOf(text);
  return resolveLayers({
    ...{ project, environment, service, host, set },
    locate: (path) => ({ file, line: lineOf(path) ?? null }),
  });
}

const placeFor = (environment: ProjectEnvironment | null, { cwd, env }: ValuesFrom): SecretPlace => ({
  ...{ cwd, env },
  environment: environment?.name ?? null,
});

/** A value under a name like a password does not leave the file. */
const leftOut = ({ value, source }: ResolvedValue): string | null =>
  value === HIDDEN && source.file === null && source.layer !== "deployment"
    ? "it looked like a secret and was left out when the project was registered; put it below secrets"
    : null;
