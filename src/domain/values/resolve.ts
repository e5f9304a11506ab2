/** Which value each key has, from which layer, and what that took the place of; secrets stay where they are. Pure. */
import { type Layer, layersOf } from "../project/effective.ts";
import type { KeyPath, Project, ProjectEnvironment } from "../project/project.ts";
import { ownOf, textOf } from "./misfit.ts";
import { noReference, referenceOf, type SecretReference } from "./reference.ts";
import type { ValuesConfig } from "./values-schema.ts";

/** The further down the nearer: what stands there wins. */
export type ValueLayer = "defaults" | Layer | "host" | "deployment";

export interface ValueSource {
  layer: ValueLayer;
  /** `null` = said in no file. */
  file: string | null;
  line: number | null;
  /** Keys that lead to it in the file. */
  path: KeyPath;
}

/** What one layer says about a key. */
export interface SaidValue {
  /** `null` = a secret, or not set by intent. */
  value: string | null;
  secret: boolean;
  reference: SecretReference | null;
  source: ValueSource;
}

export interface ResolvedValue extends SaidValue {
  key: string;
  /** The nearest first. */
  overridden: readonly SaidValue[];
}

export interface ValuesQuestion {
  project: Project;
  environment: ProjectEnvironment | null;
  service: string | null;
  host?: string | undefined;
  /** For one deployment alone. */
  set?: Readonly<Record<string, string>> | undefined;
  /** Where the keys stand. */
  locate: (path: KeyPath) => Pick<ValueSource, "file" | "line">;
}

export interface ValuesAnswer {
  /** By name. */
  resolved: ResolvedValue[];
  problems: string[];
}

export function resolveLayers(question: ValuesQuestion): ValuesAnswer {
  const { host, set = {} } = question;
  const layers = configLayers(question);
  const said = [
    ...layers.flatMap(({ config, path }) => defaultsOf(question, config, path)),
    ...layers.flatMap(({ config, layer, path }) => saidIn(question, config, layer, path)),
    ...layers.flatMap(({ config, path }) => {
      const own = host === undefined ? undefined : ownOf(config.hosts ?? {}, host);
      return own === undefined ? [] : saidIn(question, own, "host", [...path, "hosts", host ?? ""]);
    }),
  ];
  const byKey = new Map<string, Said[]>();
  const put = (one: Said): void => void byKey.set(one.key, [one, ...(byKey.get(one.key) ?? [])]);
  for (const one of said) put(one);
  for (const [key, value] of Object.entries(set))
    put(setTo(key, value, byKey.get(key)?.[0]?.secret ?? false));
  const resolved = [...byKey.keys()].sort().flatMap((key) => {
    const [first, ...others] = byKey.get(key) ?? [];
    if (first === undefined) return [];
    return [{ ...withoutKey(first), key, overridden: others.map(withoutKey) }];
  });
  return { resolved, problems: [...byKey.values()].flatMap(([first]) => first?.problem ?? []) };
}

interface Said extends SaidValue {
  key: string;
  /** Why it cannot hold. */
  problem: string | null;
}

const withoutKey = ({ key: _key, problem: _problem, ...said }: Said): SaidValue => said;

type Locate = Pick<ValuesQuestion, "locate">;

function defaultsOf({ locate }: Locate, config: ValuesConfig, above: KeyPath): Said[] {
  return Object.entries(config.schema ?? {}).flatMap(([key, rule]): Said[] => {
    if (rule.default === undefined) return [];
    const path = [...above, "schema", key, "default"];
    const source: ValueSource = { layer: "defaults", ...locate(path), path };
    return [{ key, value: textOf(rule.default), secret: false, reference: null, source, problem: null }];
  });
}

function saidIn(
  { locate }: Locate,
  { values = {}, secrets = {} }: Pick<ValuesConfig, "values" | "secrets">,
  layer: ValueLayer,
  above: KeyPath,
): Said[] {
  const sourceOf = (section: string, key: string): ValueSource => {
    const path = [...above, section, key];
    return { layer, ...locate(path), path };
  };
  return [
    ...Object.entries(values).map(([key, value]): Said => {
      const source = sourceOf("values", key);
      return { key, value: textOf(value), secret: false, reference: null, source, problem: null };
    }),
    ...Object.entries(secrets).map(([key, said]): Said => {
      const source = sourceOf("secrets", key);
      const reference = said === null ? null : referenceOf(said);
      const isWrong = said !== null && reference === null;
      const problem = isWrong ? `${placeOf(source)}${key}: ${noReference(said)}` : null;
      return { key, value: null, secret: true, reference, source, problem };
    }),
  ];
}

/** What is a secret stays one: its text is never typed into a command line. */
function setTo(key: string, value: string, secret: boolean): Said {
  const source: ValueSource = { layer: "deployment", file: null, line: null, path: [key] };
  const reference = secret ? referenceOf(value) : null;
  const problem =
    secret && reference === null ? `--set ${key}: it is a secret, and ${noReference(value)}` : null;
  return { key, value: secret ? null : value, secret, reference, source, problem };
}

interface ConfigLayer {
  config: ValuesConfig;
  layer: Layer;
  path: KeyPath;
}

/** The furthest first. */
export function configLayers({
  project,
  environment,
  service,
}: Pick<ValuesQuestion, "project" | "environment" | "service">): ConfigLayer[] {
  return layersOf(project, environment, service).flatMap(([layer, path, sections]) =>
    sections?.config === undefined ? [] : [{ config: sections.config, layer, path: [...path, "config"] }],
  );
}

/** `vice.yaml:12: ` */
export const placeOf = ({ file, line }: Pick<ValueSource, "file" | "line">): string =>
  file === null ? "" : line === null ? `${file}: ` : `${file}:${line}: `;
