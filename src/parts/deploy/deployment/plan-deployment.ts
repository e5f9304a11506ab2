/** From what somebody wants deployed to a plan: which release, what ran before, which steps the target takes. */
import { isWholeSha } from "../../../domain/commits/sha.ts";
import { compileDeployment, lackingFor } from "../../../domain/deploy/compile.ts";
import { type DeployOptions, deployOptionsSchema } from "../../../domain/deploy/options-schema.ts";
import type {
  Operation,
  PlannedDeployment,
  Release,
  ResolvedArtifact,
} from "../../../domain/deploy/release.ts";
import { STEP_VERBS, type StepVerb } from "../../../domain/deploy/steps.ts";
import type { Plan } from "../../../domain/pipeline/plan.ts";
import { effective } from "../../../domain/project/effective.ts";
import { withoutSecrets } from "../../../domain/project/hide-secrets.ts";
import { checksOf } from "../../../domain/verify/said-checks.ts";
import { count } from "../../../kit/count.ts";
import { ViceError } from "../../../kit/errors.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import { problemsOf } from "../../../kit/say-issue.ts";
import type { Services } from "../../../ports/services.ts";
import type { TargetAdapter, TargetCall, TargetPlan } from "../../../ports/target.ts";
import { planValues } from "../../config/index.ts";
import type { Deployable } from "./find-deployable.ts";
import { gitHead } from "./git-head.ts";
import { bare, formerReleases, runningRelease } from "./releases.ts";

export interface DeploymentWish {
  operation: Operation;
  deployable: Deployable;
  /** As it was asked for; `null` = the newest. */
  version: string | null;
  /** The very release of another environment, or one that ran here before. */
  release?: Release | undefined;
  /** Values for this deployment alone. */
  set: Readonly<Record<string, string>>;
  /** Waits so long until it is allowed; `null` = as the project says. */
  waitMs: number | null;
}

export interface PlannedDeploymentView {
  plan: Plan;
  deployment: PlannedDeployment;
  /** What each step does, in words. */
  does: Record<string, string>;
  /** What would make it fail, as far as it can be seen now. */
  problems: string[];
  /** Takes the place of those that still wait to be allowed there. */
  supersedes: boolean;
  /** Values that are others than those of the release that runs there; `null` = nobody knows what it was given. */
  changed: ReadonlyArray<{ key: string; change: "added" | "changed" | "removed"; secret: boolean }> | null;
  /** What was said of the target then; `null` = the same as now, or nobody knows. */
  formerTarget: PlannedDeployment["target"] | null;
}

type Context = { services: Services; env: Readonly<Record<string, string | undefined>>; signal: AbortSignal };

/** Changes nothing. @throws ViceError `project.invalid`, `not-found`, `outside.unreachable`, `input.invalid` */
export async function planDeployment(ctx: Context, wish: DeploymentWish): Promise<PlannedDeploymentView> {
  const { services, env, signal } = ctx;
  const { deployable, operation, set } = wish;
  const { project, environment, service, cwd } = deployable;
  const { values } = effective(project, environment, service);
  const { adapter, kind, spec, parsed } = targetOf(services, deployable, values.target);
  const options = optionsOf(deployable, values.deploy);
  const former = runningRelease(services, service, environment.name);
  const artifact = values.artifact ?? (adapter.takesFiles === true ? ownFolder(deployable) : undefined);
  const release = await releaseOf(wish, former, artifact, ctx);
  const planned = await planValues(project, environment, service, {
    ...{ cwd, env, set, file: null, text: null, secrets: services.secrets },
  });
  const hashes = Object.fromEntries(
    planned.items.map(({ key, hash, reference }) => [key, hash ?? reference ?? ""]),
  );
  const deployment: PlannedDeployment = {
    ...{ operation, project: project.project, service, environment: environment.name },
    ...{ tier: environment.tier, team: project.team, release, former, target: { kind, spec } },
    config: { project: withoutSecrets(deployable.written), set, hashes },
    checks: values.verify ?? null,
  };
  const asked = await adapter.plan(callFor(deployment, parsed, cwd, signal));
  const verbs = verbsOf(adapter, asked);
  const lacking = lackingFor(operation, verbs);
  if (lacking !== null) throw cannot(deployable, operation, lacking, adapter);
  const facts = factsOf(deployment, planned.hash);
  const plan = compileDeployment(deployment, {
    ...{ facts, cwd, verbs, limits: options.timeouts },
    ...{ waitMs: wish.waitMs ?? options.wait ?? 0, autoRollback: options.rollback },
  });
  return {
    ...{ plan, deployment, does: doesOf(plan, asked, deployment) },
    problems: [...planned.problems, ...missing(planned.items, env), ...asked.problems],
    // Another release makes one that waits out of date; starting and stopping does not.
    supersedes: options.supersede && ["deploy", "promote", "rollback"].includes(operation),
    changed: changedOf(services, former, hashes, secretsIn(planned.items)),
    formerTarget: formerTargetOf(services, deployment),
  };
}

/** @throws ViceError `input.invalid`, `not-supported`, `project.invalid` */
export function targetOf(
  { targets }: Services,
  { service, project }: Deployable,
  target: unknown,
): { adapter: TargetAdapter; kind: string; spec: unknown; parsed: unknown } {
  const [entry] = Object.entries(Object(target));
  if (entry === undefined)
    throw new ViceError("input.invalid", {
      message: `${service} of "${project.project}" has no target, so nobody knows where it goes. Nothing was done.`,
      hint: `Say it in vice.yaml: services: { ${service}: { target: { command: ./deploy.sh } } }`,
    });
  const [kind, said] = entry;
  const adapter = targets.get(kind);
  if (adapter === null)
    throw new ViceError("not-supported", {
      message: `This vice has no target "${kind}". Nothing was done.`,
      hint: `It has: ${targets.kinds().join(", ")}.`,
    });
  const parsed = adapter.schema.safeParse(said);
  if (parsed.success) return { adapter, kind, spec: said, parsed: parsed.data };
  const [first] = problemsOf(parsed.error, said);
  throw new ViceError("project.invalid", {
    message: `The target of ${service} is not right: ${[kind, ...(first?.path ?? [])].join(".")}: ${first?.problem ?? ""}. Nothing was done.`,
    hint: "Mend it in vice.yaml; docs/targets.md says what each kind takes.",
  });
}

function optionsOf({ service }: Deployable, said: unknown): DeployOptions {
  const parsed = deployOptionsSchema.safeParse(said ?? {});
  if (parsed.success) return parsed.data;
  const [first] = problemsOf(parsed.error, said);
  throw new ViceError("project.invalid", {
    message: `deploy of ${service} is not right: ${(first?.path ?? []).join(".")}: ${first?.problem ?? ""}. Nothing was done.`,
    hint: "Mend it in vice.yaml: docs/deploy.md",
  });
}

/** A variable that is not set where vice runs can be seen before anything is started. */
const missing = (
  items: ReadonlyArray<{ key: string; reference: string | null }>,
  env: Context["env"],
): string[] =>
  items.flatMap(({ key, reference }) => {
    const [, name] = /^env:(\w+)$/.exec(reference ?? "") ?? [];
    const isMissing = name !== undefined && env[name] === undefined;
    return isMissing ? [`${key}: the variable ${name} is not set where vice runs`] : [];
  });

const ownFolder = ({ project, service }: Deployable): object => ({
  folder: project.services[service]?.path ?? ".",
});

/** What comes there: the very bytes of another release, or what the source gives for the version. */
async function releaseOf(
  { operation, release, version, deployable }: DeploymentWish,
  former: Release | null,
  artifact: unknown,
  { services, signal }: Context,
): Promise<PlannedDeployment["release"]> {
  if (operation === "start" || operation === "stop" || operation === "restart") {
    if (former !== null) return former;
    // What was stopped does not run: it is what would be started, and stopping it again does no harm.
    const [last] = formerReleases(services, deployable.service, deployable.environment.name, Date.now());
    if (operation !== "restart" && last !== undefined) return bare(last);
    throw new ViceError("not-found", {
      message: `Nothing that vice knows of runs there: ${deployable.service} in ${deployable.environment.name}. Nothing was done.`,
      hint: `Deploy it: vice deploy ${deployable.service} ${deployable.environment.name}`,
    });
  }
  if (release !== undefined) return { ...release, id: operation === "rollback" ? release.id : null };
  const { cwd } = deployable;
  if (artifact === undefined) return { id: null, artifact: null, ...(await headOf(cwd, version)) };
  const resolved = await services.artifacts.resolve({ spec: artifact, version, cwd }, signal);
  if (resolved.kind === "folder" && version !== null) await assertCheckedOut(resolved.from, version);
  return { id: null, artifact: resolved, ...versionOf(resolved, version) };
}

/** A folder is what lies in it: a version that git knows as another commit would be a wrong name for it. */
async function assertCheckedOut(folder: string, version: string): Promise<void> {
  const [named, head] = await Promise.all([gitHead(folder, version), gitHead(folder, null)]);
  if (named.commitSha === null || named.commitSha === head.commitSha) return;
  throw new ViceError("input.invalid", {
    message: `${version} is commit ${named.commitSha.slice(0, 12)}, and in ${folder} lies ${head.commitSha?.slice(0, 12) ?? "another"}: it would get a wrong name. Nothing was done.`,
    hint: "Check it out first, or let vice take it from git: artifact: { git: . }",
  });
}

/** Without an artifact the commit of the folder is the best that is known. */
async function headOf(cwd: string, version: string | null): Promise<Pick<Release, "version" | "commitSha">> {
  const head = await gitHead(cwd, version);
  return {
    version: version ?? head.version,
    commitSha: version !== null && isWholeSha(version) ? version : head.commitSha,
  };
}

/** A release has a name: its version, else its commit, else the beginning of its digest. */
function versionOf(
  { version, commitSha, digest }: ResolvedArtifact,
  asked: string | null,
): Pick<Release, "version" | "commitSha"> {
  const short = commitSha?.slice(0, 12) ?? digest.replace(/^[^:]*:/, "").slice(0, 12);
  return { version: version ?? asked ?? short, commitSha };
}

function callFor(deployment: PlannedDeployment, spec: unknown, cwd: string, signal: AbortSignal): TargetCall {
  const { operation, former } = deployment;
  const release = { ...deployment.release, id: deployment.release.id ?? "new" };
  return {
    ...{ place: deployment, spec, cwd, release },
    // What is gone back to, also where nothing runs any more.
    former: operation === "rollback" ? release : former,
    ...{ env: {}, secrets: [], fencingToken: 0, run: "plan", step: "plan", attempt: 1, key: "plan", signal },
    log: () => {},
  };
}

function cannot(
  { service }: Deployable,
  operation: Operation,
  verb: StepVerb,
  { kind, lacks }: TargetAdapter,
): ViceError {
  const why = lacks[verb] === undefined ? "" : `: ${lacks[verb]}`;
  return new ViceError("not-supported", {
    message: `The target "${kind}" of ${service} has no "${verb}"${why}, so nothing would happen by ${operation}. Nothing was done.`,
    hint: "docs/targets.md says what each target can, and how a script of yours can do more.",
  });
}

const verbsOf = ({ acts }: TargetAdapter, { does }: TargetPlan): ReadonlySet<StepVerb> =>
  new Set(STEP_VERBS.filter((verb) => acts[verb] !== undefined && does[verb] !== undefined));

/** When one of them is another, a saved plan is no longer what it was. */
const factsOf = ({ release, former, target, checks }: PlannedDeployment, values: string): Plan["facts"] => ({
  version: release.version ?? "",
  artifact: release.artifact?.digest ?? "",
  "what runs there": former?.id ?? "",
  target: sha256Hex(JSON.stringify(target)).slice(0, 16),
  checks: sha256Hex(JSON.stringify(checks)).slice(0, 16),
  values: values.slice(0, 16),
});

function doesOf(plan: Plan, { does }: TargetPlan, deployment: PlannedDeployment): Record<string, string> {
  const { service, environment, checks, former } = deployment;
  return Object.fromEntries(
    plan.steps.map((step) => {
      if (step.kind === "gate") {
        const waits = step.spec.waitMs > 0 ? ", waits for them" : "";
        const asks = step.spec.rules === "all" ? `asks the rules${waits} and ` : "";
        return [step.key, `${asks}takes the lock of ${service} in ${environment}`];
      }
      if (step.kind === "verify") return [step.key, `${count(checksOf(checks).length, "check")}`];
      if (step.kind !== "target") return [step.key, "gives the lock back"];
      const said = does[step.spec.verb] ?? step.spec.verb;
      if (step.key === "rollback" && step.if !== null)
        return [step.key, `if it fails: ${former?.version ?? "none"} again: ${said}`];
      return [step.key, step.key === "undo" ? `if it fails before: ${said}` : said];
    }),
  );
}

function changedOf(
  { store }: Services,
  former: Release | null,
  now: Readonly<Record<string, string>>,
  secrets: ReadonlySet<string>,
): PlannedDeploymentView["changed"] {
  const before = former === null ? undefined : store.runs.get(former.id)?.plan.deployment?.config?.hashes;
  if (before === undefined) return null;
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return keys.flatMap((key) => {
    if (before[key] === now[key]) return [];
    const change = before[key] === undefined ? "added" : now[key] === undefined ? "removed" : "changed";
    return [{ key, change, secret: secrets.has(key) } as const];
  });
}

const secretsIn = (items: ReadonlyArray<{ key: string; secret: boolean }>): ReadonlySet<string> =>
  new Set(items.flatMap(({ key, secret }) => (secret ? [key] : [])));

function formerTargetOf(
  { store }: Services,
  { former, target }: PlannedDeployment,
): PlannedDeployment["target"] | null {
  const before = former === null ? undefined : store.runs.get(former.id)?.plan.deployment?.target;
  return before === undefined || JSON.stringify(before) === JSON.stringify(target) ? null : before;
}
