/** From a planned deployment to the steps of its run: ask, prepare, start, switch, prove, and the way back. Pure. */
import type { Plan, PlannedStep } from "../pipeline/plan.ts";
import { checksOf } from "../verify/said-checks.ts";
import type { PlannedDeployment } from "./release.ts";
import type { GateSpec, StepVerb, TargetSpec } from "./steps.ts";

export interface CompileOptions {
  /** What the target can do. */
  verbs: ReadonlySet<StepVerb>;
  waitMs: number;
  /** Limits in milliseconds that the project sets, by step. */
  limits: Readonly<Record<string, number>>;
  /** Goes back by itself when it fails. */
  autoRollback: boolean;
  facts: Plan["facts"];
  cwd: string;
}

const MINUTE = 60_000;
/** Every state has its limit, so that every deployment comes to an end. */
const LIMITS: Readonly<Record<string, number>> = {
  ...{ prepare: 30 * MINUTE, start: 5 * MINUTE, health: 10 * MINUTE, switch: 120 * MINUTE },
  ...{ verify: 30 * MINUTE, stop: 5 * MINUTE, rollback: 60 * MINUTE, undo: 5 * MINUTE },
  ...{ cleanup: 10 * MINUTE, "stop-former": 5 * MINUTE, free: MINUTE },
};

/** The steps in which the new release is brought there, in this order. */
const FORWARD: Readonly<Record<PlannedDeployment["operation"], readonly StepVerb[]>> = {
  deploy: ["prepare", "start", "health", "switch"],
  promote: ["prepare", "start", "health", "switch"],
  rollback: ["rollback"],
  start: ["start", "health"],
  stop: ["stop"],
  restart: ["stop", "start", "health"],
};

/** Verbs without which the operation would do nothing and call it a success. */
const NEEDED: Readonly<Record<PlannedDeployment["operation"], readonly StepVerb[]>> = {
  ...{ deploy: ["switch"], promote: ["switch"], rollback: ["rollback"] },
  ...{ start: ["start"], stop: ["stop"], restart: ["stop", "start"] },
};

/** The first that a target lacks for it; `null` = none. */
export const lackingFor = (
  operation: PlannedDeployment["operation"],
  verbs: ReadonlySet<StepVerb>,
): StepVerb | null => NEEDED[operation].find((verb) => !verbs.has(verb)) ?? null;

export function compileDeployment(deployment: PlannedDeployment, options: CompileOptions): Plan {
  const compiling = new Compiling(deployment, options);
  const { project, service, environment, operation, release } = deployment;
  return {
    version: 1,
    name: `${operation} ${service === project ? service : `${project}/${service}`} to ${environment}`,
    cwd: options.cwd,
    inputs: release.version === null ? {} : { version: release.version },
    env: {},
    parallel: 1,
    timeoutMs: null,
    facts: options.facts,
    deployment,
    steps: compiling.all(),
  };
}

class Compiling {
  readonly #steps: PlannedStep[] = [];
  readonly #deployment: PlannedDeployment;
  readonly #options: CompileOptions;

  constructor(deployment: PlannedDeployment, options: CompileOptions) {
    this.#deployment = deployment;
    this.#options = options;
  }

  all(): PlannedStep[] {
    const { operation, checks } = this.#deployment;
    const brings = operation === "deploy" || operation === "promote";
    const { waitMs } = this.#options;
    const gate: GateSpec = { rules: brings ? "all" : "lock", waitMs };
    this.#add({ key: "gate", kind: "gate", spec: gate, needs: [], timeoutMs: null });
    const verbs = FORWARD[operation].filter((verb) => this.#options.verbs.has(verb));
    for (const verb of verbs) this.#verb(verb, verb);
    const isProved = checksOf(checks).length > 0 && operation !== "stop";
    if (isProved) this.#add({ key: "verify", kind: "verify", spec: {} });
    const decisive = this.#steps.map(({ key }) => key);
    if (brings) {
      this.#after();
      this.#back(decisive);
    }
    const needs = this.#steps.map(({ key }) => key);
    this.#add({ key: "free", kind: "free", spec: {}, needs, if: "always()" });
    return this.#steps;
  }

  /** Once the new release is proved: what nobody needs any more. */
  #after(): void {
    const { verbs } = this.#options;
    const more = { of: "former", soft: true } as const;
    if (verbs.has("stop") && this.#deployment.former !== null) this.#verb("stop-former", "stop", more);
    if (verbs.has("cleanup")) this.#verb("cleanup", "cleanup", { of: "release", soft: true });
  }

  /** The way back from wherever it failed; also when it is canceled. */
  #back(decisive: readonly string[]): void {
    const { verbs, autoRollback } = this.#options;
    const last = decisive.at(-1);
    const has = (key: string): boolean => decisive.includes(key);
    if (has("start") && verbs.has("stop")) {
      const untouched = has("switch")
        ? " && steps.switch.attempts == 0"
        : ` && steps.${last}.status != 'succeeded'`;
      this.#verb("undo", "stop", { needs: decisive, if: `always() && steps.start.attempts > 0${untouched}` });
    }
    if (!has("switch") || !autoRollback) return;
    const needs = decisive.filter((key) => decisive.indexOf(key) >= decisive.indexOf("switch"));
    const when = `always() && steps.switch.attempts > 0 && steps.${last}.status != 'succeeded'`;
    const verb = this.#deployment.former === null ? "stop" : "rollback";
    if (verbs.has(verb)) this.#verb("rollback", verb, { needs, if: when });
  }

  #verb(
    key: string,
    verb: StepVerb,
    {
      of = "release",
      soft = false,
      ...more
    }: Partial<TargetSpec> & { needs?: readonly string[]; if?: string } = {},
  ): void {
    const spec: TargetSpec = { verb, of, soft };
    this.#add({ key, kind: "target", spec, ...more });
  }

  /** Behind the step before it, unless it says otherwise. */
  #add({
    key,
    kind,
    spec,
    needs,
    if: condition = null,
    timeoutMs = this.#options.limits[key] ?? LIMITS[key] ?? null,
  }: {
    key: string;
    kind: "gate" | "target" | "verify" | "free";
    spec: unknown;
    needs?: readonly string[];
    if?: string | null;
    timeoutMs?: number | null;
  }): void {
    const before = this.#steps.at(-1)?.key;
    this.#steps.push({
      ...{
        key,
        name: key,
        kind,
        spec,
        needs: needs ?? (before === undefined ? [] : [before]),
        if: condition,
      },
      ...{ matrix: {}, retry: { times: 0, backoffMs: 1000 }, timeoutMs, group: null, outputs: [] },
      idempotent: false,
    } as PlannedStep);
  }
}
