/**
 * What a name stands for that a person, a pipeline or a project file says: the service or environment that the rules make
 * of it, as it is spelled there. A name may stand for several where rules look at more than names (at the tool, at a tag).
 */

import { foldName, spelledAs } from "../../../domain/fold-name.ts";
import { type CompiledRules, compileRules, type NameRule, resolveNames } from "../../../domain/names.ts";
import type { Asked } from "../../../ports/asked.ts";
import type { ReportedName } from "../../../ports/names.ts";
import { allRules, rulesOf } from "./all-rules.ts";

export interface SaidNames {
  /** Never empty: a name that nobody knows stands for itself. */
  services(name: string): readonly string[];
  /** @param service in which it is meant, as it is spelled; `null` = in any */
  environments(name: string, service: string | null): readonly string[];
  /** Whether the name stands for it, perhaps among others. Names are compared without case. */
  isService(name: string, service: string): boolean;
  isEnvironment(name: string, environment: string, service: string | null): boolean;
}

interface Compiled {
  key: string;
  rules: CompiledRules;
  /** What the rules alone make of a name of a service. */
  moved: Map<string, string>;
}
/** Compiling costs more than asking, and rules change seldom. */
const compiled = new WeakMap<Asked["store"], Compiled>();
const MOST_KEPT = 10_000;

function compiledOf({ store }: Asked, rules: readonly NameRule[]): Compiled {
  const key = JSON.stringify(rules);
  const kept = compiled.get(store);
  if (kept?.key === key) return kept;
  const fresh = { key, rules: compileRules(rules), moved: new Map<string, string>() };
  compiled.set(store, fresh);
  return fresh;
}

/** By rules about names alone; itself when none is about it. */
function movedService({ rules, moved }: Compiled, name: string): string {
  const known = moved.get(name);
  if (known !== undefined) return known;
  if (moved.size > MOST_KEPT) moved.clear();
  const service = resolveNames(rules, subject({ service: name })).service ?? name;
  moved.set(name, service);
  return service;
}

/** Looks at more than the names that are said: then only what was reported tells what they stand for. */
const isParticular = ({ match }: NameRule): boolean =>
  [match.source, match.instance, match.ref, match.repository, match.actor, match.kind, match.tags].some(
    (each) => each !== undefined,
  );

const has = (names: readonly string[], name: string): boolean =>
  names.some((each) => foldName(each) === foldName(name));

/** Names as the store knows them at this moment: for one question, not to be kept. */
export function saidNames(services: Asked): SaidNames {
  const { store } = services;
  const written = rulesOf(allRules(services));
  const kept = compiledOf(services, written);
  const { rules } = kept;
  const particular = written.some(isParticular);
  const movesEnvironments = written.some(({ set }) => set.environment !== undefined);
  const reported = once((): ReportedName[] => store.names.reported());
  const spelled = once(() => spellings(reported()));
  const aliases = once(() => aliasesOf(reported()));
  const places = once(() => store.names.environments().map(({ name }) => name));
  const exact = (name: string): boolean =>
    store.read.status({ service: name, ephemeral: true }, 0).length > 0;

  const servicesOf = (name: string): readonly string[] => {
    const said = name.trim();
    const service = movedService(kept, said);
    if (foldName(service) !== foldName(said)) return [spell(service)];
    if (exact(said)) return [said];
    const own = spelledAs(said, spelled().get(foldName(said)) ?? []);
    return own.length === 0 ? (aliases().get(foldName(said)) ?? [said]) : own;
  };
  const spell = (name: string): string =>
    exact(name) ? name : (spelledAs(name, spelled().get(foldName(name)) ?? [])[0] ?? name);

  const environmentsOf = (name: string, service: string | null): readonly string[] => {
    const said = name.trim();
    if (!movesEnvironments) return [said];
    const { environment } = resolveNames(rules, subject({ service, environment: said }));
    if (environment !== null && foldName(environment) !== foldName(said)) return [environment];
    const there =
      service === null
        ? places()
        : store.read.status({ service, ephemeral: true }, 0).map((item) => item.environment ?? "");
    if (!particular && service === null) return [said];
    if (has(there, said)) return [said];
    const moved = reported()
      .filter((each) => service === null || (each.service !== null && has([each.service], service)))
      .map(({ source, instance, name: own }) =>
        resolveNames(rules, { source, instance, reported: { ...ASKED, service: own, environment: said } }),
      )
      .flatMap((each) =>
        each.environment === null || has([each.environment], said) ? [] : [each.environment],
      );
    const stands = distinct(moved);
    return stands.length === 0 ? [said] : stands;
  };

  /** The same as whether it is among `services`, for many names. */
  const isService = (name: string, service: string): boolean => {
    if (has([name], service)) return true;
    if (written.length === 0) return false;
    const moved = movedService(kept, name.trim());
    if (!has([moved], name)) return has([moved], service);
    if (!particular || spelled().has(foldName(name))) return false;
    return has(aliases().get(foldName(name)) ?? [], service);
  };

  return {
    services: servicesOf,
    environments: environmentsOf,
    isService,
    isEnvironment: (name, environment, service) =>
      has([name], environment) || (movesEnvironments && has(environmentsOf(name, service), environment)),
  };
}

/** Who asks wants to deploy, and is no tool. */
const ASKED = { kind: "deployment" } as const;
const subject = (names: { service: string | null; environment?: string }) => ({
  source: "",
  instance: "",
  reported: { ...ASKED, ...names },
});

/** Services by their name without the case: several when they differ in it only. */
const spellings = (names: readonly ReportedName[]): Map<string, string[]> =>
  Map.groupBy(new Set(names.flatMap(({ service }) => service ?? [])), foldName);

/** What tools use a name for, without the case. */
function aliasesOf(names: readonly ReportedName[]): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { name, service } of names)
    if (service !== null)
      found.set(foldName(name), distinct([...(found.get(foldName(name)) ?? []), service]));
  return found;
}

const distinct = (names: readonly string[]): string[] => [
  ...new Map(names.map((name) => [foldName(name), name])).values(),
];

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
