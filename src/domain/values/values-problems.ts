/** What is wrong with `config` in a project file beyond its shape, without opening any secret. Pure. */
import { type Fits, misfit, ownOf, textOf } from "./misfit.ts";
import { noReference, referenceOf } from "./reference.ts";
import type { ValueRule, ValuesConfig } from "./values-schema.ts";

type KeyPath = ReadonlyArray<string | number>;

/** As a project has it; the project itself asks for this. */
interface HasConfig {
  config?: ValuesConfig | undefined;
}
interface Configured extends HasConfig {
  services: Readonly<Record<string, HasConfig>>;
  environments: ReadonlyArray<{
    path: KeyPath;
    values: HasConfig & { services?: Readonly<Record<string, HasConfig>> | undefined };
  }>;
}

interface ValuesProblem {
  path: KeyPath;
  problem: string;
  word?: string;
  known?: readonly string[];
}

/** Places are filled in pipelines, checks and templates; an application is told its release by variables. */
const PLAIN =
  "a value is a plain text, in which nothing is filled in; the application gets VICE_VERSION, VICE_SERVICE and VICE_ENVIRONMENT by itself";

type Rules = Readonly<Record<string, ValueRule>>;
type Place = { config: Pick<ValuesConfig, "values" | "secrets">; rules: Rules; path: KeyPath };

export function valuesProblems(project: Configured, fits: Fits): ValuesProblem[] {
  const places = placesOf(project);
  const known = [...new Set(places.flatMap(({ rules }) => Object.keys(rules)))];
  return places.flatMap((place) => [
    ...secretProblems(place),
    ...valueProblems(place, fits),
    ...unknown(place, known),
  ]);
}

/** Each place that says values, with the rules that hold there. */
function placesOf(project: Configured): Place[] {
  const common = project.config?.schema ?? {};
  const from = (config: ValuesConfig | undefined, path: KeyPath): Place[] => {
    if (config === undefined) return [];
    const rules = { ...common, ...config.schema };
    const hosts = Object.entries(config.hosts ?? {});
    return [
      { config, rules, path },
      ...hosts.map(([name, own]) => ({ config: own, rules, path: [...path, "hosts", name] })),
    ];
  };
  return [
    ...from(project.config, ["config"]),
    ...Object.entries(project.services).flatMap(([name, { config }]) =>
      from(config, ["services", name, "config"]),
    ),
    ...project.environments.flatMap(({ values, path }) => [
      ...from(values.config, [...path, "values", "config"]),
      ...Object.entries(values.services ?? {}).flatMap(([name, { config }]) =>
        from(config, [...path, "values", "services", name, "config"]),
      ),
    ]),
  ];
}

function secretProblems({ config: { values = {}, secrets = {} }, path }: Place): ValuesProblem[] {
  return Object.entries(secrets).flatMap(([key, said]): ValuesProblem[] => {
    const at = [...path, "secrets", key];
    if (Object.hasOwn(values, key))
      return [{ path: at, problem: "it stands below values too; keep one of them" }];
    return said === null || referenceOf(said) !== null ? [] : [{ path: at, problem: noReference(said) }];
  });
}

function valueProblems({ config: { values = {} }, rules, path }: Place, fits: Fits): ValuesProblem[] {
  return Object.entries(values).flatMap(([key, value]): ValuesProblem[] => {
    const [rule, text] = [ownOf(rules, key), textOf(value)];
    if (text?.includes("${{") === true) return [{ path: [...path, "values", key], problem: PLAIN }];
    if (rule === undefined || text === null) return [];
    const problem = rule.secret
      ? "it is a secret by the schema: put it below secrets"
      : misfit(text, rule, false, fits);
    return problem === null ? [] : [{ path: [...path, "values", key], problem }];
  });
}

/** Where there is a schema it names every key; where there is none nobody can tell. */
function unknown({ config, path }: Place, known: readonly string[]): ValuesProblem[] {
  if (known.length === 0) return [];
  return (["values", "secrets"] as const).flatMap((section) =>
    Object.keys(config[section] ?? {}).flatMap((word): ValuesProblem[] => {
      if (known.includes(word)) return [];
      return [{ path: [...path, section, word], problem: "it is not in the schema", word, known }];
    }),
  );
}
