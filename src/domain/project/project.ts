/** A project as vice works with it: the file with names resolved, and everything beyond its shape checked. Pure. */
import type { Tier } from "../activity.ts";
import { foldName } from "../fold-name.ts";
import { noticeProblems } from "../notify/notice-problems.ts";
import type { ApprovalPolicy, EnvironmentPolicy, ProjectPolicy } from "../rules/policy.ts";
import { ROLES } from "../rules/roles.ts";
import { guessTier } from "../tier.ts";
import type { Fits } from "../values/misfit.ts";
import { valuesProblems } from "../values/values-problems.ts";
import { type ProjectFile, projectSchema } from "./project-schema.ts";

/** Keys that lead to a place in the file. */
export type KeyPath = ReadonlyArray<string | number>;

/** Something beyond the shape that is not right. `word` was written where one of `known` would do. */
export interface ProjectProblem {
  path: KeyPath;
  problem: string;
  word?: string;
  known?: readonly string[];
  /** Where it is known already: the word that was meant. */
  nearest?: string | null;
  /** The last key of the path is one that nobody knows. */
  unknownKey?: boolean;
}

type Service = NonNullable<ProjectFile["services"][string]>;
type Written = Exclude<Extract<ProjectFile["environments"], readonly unknown[]>[number], string>;
export type Overrides = NonNullable<Written["values"]>;

export interface ProjectEnvironment extends EnvironmentPolicy {
  tier: Tier | null;
  values: Overrides;
  /** Keys that lead to it in the file. */
  path: KeyPath;
}

export interface Project
  extends Pick<ProjectFile, "project" | "deploy" | "observe" | "verify" | "config" | "pipeline" | "notify"> {
  team: string | null;
  services: Readonly<Record<string, Service>>;
  /** In the order of promotion. */
  environments: readonly ProjectEnvironment[];
}

/** What another part of vice finds wrong with its own key: that of pipelines, or that of checks. */
export type CheckPipeline = (section: unknown, key: "pipeline" | "verify") => readonly ProjectProblem[];

/**
 * @param checkPipeline of the parts that run pipelines and checks; paths begin there
 * @param fits without it no value is held against its pattern
 */
export function projectOf(
  file: ProjectFile,
  checkPipeline: CheckPipeline = () => [],
  fits: Fits = () => true,
): { project: Project; problems: ProjectProblem[] } {
  const written = environmentsOf(file.environments);
  const { version: _version, services, environments: _environments, ...rest } = file;
  const own = Object.entries(services).filter(([name]) => !isOwnKey(name));
  const project: Project = {
    ...rest,
    team: file.team ?? null,
    services: Object.fromEntries(own.map(([name, service]) => [name, service ?? {}])),
    environments: written.map((each, at) => resolve(each, at, written)),
  };
  const problems = [
    ...twice(
      Object.keys(project.services).map((name) => ({ name, path: ["services", name] })),
      "service",
    ),
    ...twice(written, "environment"),
    ...written.flatMap((each, at) => orderProblems(each, at, written)),
    ...written.flatMap(roleProblems),
    ...project.environments.flatMap((each) => serviceProblems(each, Object.keys(project.services))),
    ...everywhere(project, "notify").flatMap(({ path, said }) =>
      noticeProblems(said).map((problem) => ({ ...problem, path: [...path, ...problem.path] })),
    ),
    ...valuesProblems(project, fits),
    ...pipelinesOf(project).flatMap(({ path, pipeline }) =>
      checkPipeline(pipeline, "pipeline").map((problem) => ({
        ...problem,
        path: [...path, ...problem.path],
      })),
    ),
    ...everywhere(project, "verify").flatMap(({ path, said }) =>
      checkPipeline(said, "verify").map((problem) => ({ ...problem, path: [...path, ...problem.path] })),
    ),
  ];
  return { project, problems };
}

const isOwnKey = (name: string): boolean => name.startsWith("x-");

interface Placed extends Omit<Written, "name"> {
  name: string;
  tier: Tier | undefined;
  path: KeyPath;
}

const BARE = { promote: true, freeze: [], tier: undefined };

function environmentsOf(said: ProjectFile["environments"]): Placed[] {
  if (Array.isArray(said))
    return said.map((each, at) => ({
      ...BARE,
      ...(typeof each === "string" ? { name: each } : each),
      path: ["environments", at],
    }));
  return Object.entries(said)
    .filter(([name]) => !isOwnKey(name))
    .map(([name, each]) => ({ ...BARE, ...each, name, path: ["environments", name] }));
}

function resolve(each: Placed, at: number, all: readonly Placed[]): ProjectEnvironment {
  const { name, maxCommits, maxLines, freeze, values, path } = each;
  return {
    name,
    tier: tierOf(each),
    after: afterOf(each, at, all),
    approvals: approvalsOf(each.approvals),
    freezes: freeze,
    maxCommits: maxCommits ?? null,
    maxLines: maxLines ?? null,
    values: values ?? {},
    path,
  };
}

const tierOf = ({ name, tier }: Placed): Tier | null => tier ?? guessTier(name);

/** As it is spelt where it is declared. */
function afterOf(each: Placed, at: number, all: readonly Placed[]): string[] {
  if (each.after !== undefined)
    return [each.after].flat().map((name) => all.find((one) => sameName(one.name, name))?.name ?? name);
  const below = each.promote ? belowOf(each, all.slice(0, at)) : undefined;
  return below === undefined ? [] : [below.name];
}

/** The last one before it that is for something else: prod-eu and prod-us both come after staging. Previews promise nothing. */
function belowOf(each: Placed, before: readonly Placed[]): Placed | undefined {
  const tier = tierOf(each);
  if (tier === "ephemeral") return undefined;
  const lasting = before.filter((one) => tierOf(one) !== "ephemeral");
  return tier === "other" ? lasting.at(-1) : lasting.findLast((one) => tierOf(one) !== tier);
}

const DAY_MS = 86_400_000;

function approvalsOf(said: Placed["approvals"]): ApprovalPolicy | null {
  if (said === undefined) return null;
  if (typeof said === "number") return { count: said, roles: [], expiresAfterMs: DAY_MS };
  return { count: said.count, roles: said.roles, expiresAfterMs: said.expires };
}

const sameName = (a: string, b: string): boolean => foldName(a) === foldName(b);

function twice(all: ReadonlyArray<{ name: string; path: KeyPath }>, what: string): ProjectProblem[] {
  const seen = new Set<string>();
  return all.flatMap(({ name, path }) => {
    const known = seen.has(foldName(name));
    seen.add(foldName(name));
    return known
      ? [{ path, problem: `there is already ${what === "environment" ? "an" : "a"} ${what} "${name}"` }]
      : [];
  });
}

function orderProblems(each: Placed, at: number, all: readonly Placed[]): ProjectProblem[] {
  const path = [...each.path, "after"];
  return [each.after ?? []].flat().flatMap((name): ProjectProblem[] => {
    const found = all.findIndex((one) => sameName(one.name, name));
    if (found === -1) {
      const known = all.slice(0, at).map((one) => one.name);
      return [{ path, problem: `there is no environment "${name}"`, word: name, known }];
    }
    if (found === at) return [{ path, problem: "an environment cannot come after itself" }];
    const problem = `"${name}" stands behind it in the order of promotion; put it in front`;
    return found > at ? [{ path, problem }] : [];
  });
}

/** What nobody can have would keep everybody out. */
function roleProblems({ approvals, path }: Placed): ProjectProblem[] {
  const roles = typeof approvals === "object" ? approvals.roles : [];
  return roles.flatMap((word, at) => {
    const problem = `there is no role "${word}", only ${ROLES.join(", ")}`;
    const known = (ROLES as readonly string[]).includes(word);
    return known ? [] : [{ path: [...path, "approvals", "roles", at], problem, word, known: ROLES }];
  });
}

function serviceProblems({ values, path }: ProjectEnvironment, known: readonly string[]): ProjectProblem[] {
  return Object.keys(values.services ?? {}).flatMap((word) => {
    if (isOwnKey(word) || known.includes(word)) return [];
    const problem = `there is no service "${word}" in this project`;
    return [{ path: [...path, "values", "services", word], problem, word, known }];
  });
}

/** Everywhere that a key of the layers is said. */
function everywhere(project: Project, key: "notify" | "verify"): Array<{ path: KeyPath; said: unknown }> {
  const places: Array<{ path: KeyPath; said: unknown }> = [
    { path: [key], said: project[key] },
    ...Object.entries(project.services).map(([name, service]) => ({
      ...{ path: ["services", name, key], said: service[key] },
    })),
    ...project.environments.flatMap(({ path, values }) => [
      { path: [...path, "values", key], said: values[key] },
      ...Object.entries(values.services ?? {}).map(([name, service]) => ({
        ...{ path: [...path, "values", "services", name, key], said: service[key] },
      })),
    ]),
  ];
  return places.filter(({ said }) => said !== undefined);
}

function pipelinesOf(project: Project): Array<{ path: KeyPath; pipeline: unknown }> {
  const places = [
    { path: ["pipeline"], pipeline: project.pipeline },
    ...Object.entries(project.services).map(([name, { pipeline }]) => ({
      path: ["services", name, "pipeline"],
      pipeline,
    })),
  ];
  return places.filter(({ pipeline }) => pipeline !== undefined);
}

/** What the rules need of it. */
export const policyOf = ({ project, team, services, environments }: Project): ProjectPolicy => ({
  ...{ project, team, services: Object.keys(services) },
  environments: environments.map(({ name, tier, after, approvals, freezes, maxCommits, maxLines }) => ({
    ...{ name, tier, after, approvals, freezes, maxCommits, maxLines },
  })),
});

/** A project as an event of the log holds it; `null` = this vice cannot read it. */
export function projectFrom(config: unknown): Project | null {
  const parsed = projectSchema.safeParse(config);
  return parsed.success ? projectOf(parsed.data).project : null;
}
