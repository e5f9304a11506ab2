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
import type { ValueRule } from "../../../domain/values/values-schema.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import { patternsInTime } from "../../../kit/match-in-time.ts";
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
  const { resolved, problems } = layersIn(project, environment, service, from);
  const place = placeFor(environment, from);
  const opened = await Promise.all(
    resolved.map(async ({ key, reference, source }) => {
      if (reference === null) return { key, text: null, problem: null };
      const { text, problem } = await from.secrets.open(key, reference, place);
      return { key, text, problem: problem === null ? null : `${placeOf(source)}${key}: ${problem}` };
    }),
  );
  const values = Object.fromEntries(
    resolved.flatMap(({ key, value }, at) => {
      const text = opened[at]?.text ?? value;
      return text === null ? [] : [[key, text] as const];
    }),
  );
  return {
    values,
    secrets: opened.flatMap(({ text }) => text ?? []),
    resolved,
    problems: [
      ...problems,
      ...opened.flatMap(({ problem }) => problem ?? []),
      ...checkValues({ rules: rulesOf(project, environment, service), resolved, values, ...means() }),
    ],
  };
}

const means = () => ({ nearest, fits: patternsInTime() });

const rulesOf = (
  project: Project,
  environment: ProjectEnvironment | null,
  service: string | null,
): Array<Readonly<Record<string, ValueRule>>> =>
  configLayers({ project, environment, service }).map(({ config }) => config.schema ?? {});

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
  const { resolved, problems } = layersIn(project, environment, service, from);
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
  const values = Object.fromEntries(
    resolved.flatMap(({ key, value }) => (value === null ? [] : [[key, value] as const])),
  );
  const wrong = checkValues({ rules: rulesOf(project, environment, service), resolved, values, ...means() });
  const seen = items.map(({ key, secret, reference, hash }) => [key, secret, reference, hash]);
  return { items, hash: sha256Hex(JSON.stringify(seen)), problems: [...problems, ...wrong] };
}

/** Who says what, in the order of the layers. */
export function layersIn(
  project: Project,
  environment: ProjectEnvironment | null,
  service: string | null,
  { file, text, host, set }: ValuesFrom,
): ValuesAnswer {
  const lineOf = text === null ? (): undefined => undefined : linesOf(text);
  const { resolved, problems } = resolveLayers({
    ...{ project, environment, service, host, set },
    locate: (path) => ({ file, line: lineOf(path) ?? null }),
  });
  return { resolved, problems: [...problems, ...resolved.flatMap(leftOut)] };
}

const placeFor = (environment: ProjectEnvironment | null, { cwd, env }: ValuesFrom): SecretPlace => ({
  ...{ cwd, env },
  environment: environment?.name ?? null,
});

/** A value under a name like a password does not leave the file. */
const leftOut = ({ key, value, source }: ResolvedValue): string[] =>
  value === HIDDEN && source.file === null && source.layer !== "deployment"
    ? [
        `${key}: it looked like a secret and was left out when the project was registered; put it below secrets`,
      ]
    : [];
