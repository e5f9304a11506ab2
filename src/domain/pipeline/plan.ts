/** From a pipeline and its inputs to a plan: every step that will be, in an order in which it can be. Pure. */
import type { PlannedDeployment } from "../deploy/release.ts";
import type { GateSpec, TargetSpec } from "../deploy/steps.ts";
import type { CopySpec, PackageSpec, TemplateSpec } from "./file-forms.ts";
import type {
  ApproveSpec,
  DeploySpec,
  HttpSpec,
  ManualSpec,
  Pipeline,
  PlannedKind,
  RunSpec,
  StepKind,
} from "./pipeline-schema.ts";
import { type PlanProblem, problem, problemsIn } from "./plan-problems.ts";
import { fill, mapTexts } from "./template.ts";

export type { PlanProblem };

/** What a step of each kind is told; kinds of other parts bring their own form. */
interface Specs {
  run: RunSpec;
  wait: number;
  http: HttpSpec;
  approve: ApproveSpec;
  manual: ManualSpec;
  pipeline: { file: string; plan: Plan };
  package: PackageSpec;
  copy: CopySpec;
  template: TemplateSpec;
  migrate: RunSpec;
  deploy: DeploySpec;
  restart: DeploySpec;
  gate: GateSpec;
  target: TargetSpec;
}

interface StepOf<K extends PlannedKind> {
  /** Unique in the plan; with a matrix `test.22`. */
  key: string;
  /** As the pipeline calls it. */
  name: string;
  kind: K;
  spec: K extends keyof Specs ? Specs[K] : unknown;
  /** Keys of steps that must have ended. */
  needs: readonly string[];
  if: string | null;
  matrix: Readonly<Record<string, string>>;
  retry: { times: number; backoffMs: number };
  timeoutMs: number | null;
  group: string | null;
  outputs: readonly string[];
  idempotent: boolean;
}
export type PlannedStep = { [K in PlannedKind]: StepOf<K> }[PlannedKind];

export interface Plan {
  version: 1;
  name: string;
  /** Folder that paths are seen from. */
  cwd: string;
  inputs: Readonly<Record<string, string>>;
  env: Readonly<Record<string, string>>;
  parallel: number;
  timeoutMs: number | null;
  /** Each stands behind those that it needs. */
  steps: readonly PlannedStep[];
  /** What it was made from and depends on, by name: when one is another, the world has moved. */
  facts: Readonly<Record<string, string>>;
  /** What an outer pipeline may use, as texts to be filled in. */
  outputs?: Readonly<Record<string, string>>;
  /** What it deploys; absent in plans that deploy nothing. */
  deployment?: PlannedDeployment;
}

export interface Planning {
  name: string;
  cwd: string;
  inputs: Readonly<Record<string, string>>;
  facts: Readonly<Record<string, string>>;
  /** Kinds that can be carried out today. */
  kinds: readonly StepKind[];
  /** Plans of the pipelines that steps name, by step. */
  inner: Readonly<Record<string, Plan>>;
}

export const MOST_STEPS = 5000;

export function plan(
  pipeline: Pipeline,
  planning: Planning,
): { plan: Plan; problems: readonly [] } | { plan: null; problems: readonly PlanProblem[] } {
  const inputs = inputsOf(pipeline, planning.inputs);
  const problems = [...inputs.problems, ...problemsIn(pipeline, planning.kinds)];
  if (problems.length > 0) return { plan: null, problems };
  const order = ordered(pipeline);
  if ("cycle" in order)
    return {
      plan: null,
      problems: [problem([], `the steps wait for each other: ${order.cycle.join(" -> ")}`)],
    };
  const count = order.names.reduce(
    (sum, name) => sum + combinations(pipeline.steps[name]?.matrix ?? {}).length,
    0,
  );
  if (count > MOST_STEPS)
    return { plan: null, problems: [problem([], `it has ${count} steps, more than ${MOST_STEPS}`)] };
  const { cwd, facts } = planning;
  const { env, parallel, timeout = null } = pipeline;
  const steps = expand(order.names, pipeline, inputs.values, planning);
  const name = pipeline.name ?? planning.name;
  const whole = {
    version: 1 as const,
    name,
    cwd,
    inputs: inputs.values,
    parallel,
    timeoutMs: timeout,
    facts,
  };
  const filled = (texts: object) => mapTexts(texts, filler(inputs.values, {})) as Record<string, string>;
  const outputs = filled(pipeline.outputs);
  const given = Object.keys(outputs).length === 0 ? {} : { outputs };
  return { plan: { ...whole, env: filled(env), ...given, steps }, problems: [] };
}

function inputsOf(
  { inputs }: Pipeline,
  given: Planning["inputs"],
): { values: Record<string, string>; problems: PlanProblem[] } {
  const known = Object.keys(inputs);
  const strange = Object.keys(given).filter((name) => !known.includes(name));
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const [name, fallback] of Object.entries(inputs)) {
    const value = given[name] ?? fallback;
    if (value === null) missing.push(name);
    else values[name] = value;
  }
  return {
    values,
    problems: [
      ...strange.map((word) => problem(["inputs"], `there is no input "${word}"`, { word, known })),
      ...missing.map((name) => problem(["inputs", name], `must be given: --input ${name}=...`)),
    ],
  };
}

/** Needed ones first, else as written. No recursion: a chain may be thousands long. */
function ordered({ steps }: Pipeline): { names: string[] } | { cycle: string[] } {
  const names: string[] = [];
  const state = new Map<string, "open" | "done">();
  for (const first of Object.keys(steps)) {
    const trail: string[] = state.has(first) ? [] : [first];
    for (let name = trail.at(-1); name !== undefined; name = trail.at(-1)) {
      state.set(name, "open");
      const next = steps[name]?.needs.find((need) => state.get(need) !== "done");
      if (next === undefined) {
        state.set(name, "done");
        names.push(name);
        trail.pop();
      } else if (state.get(next) === "open") return { cycle: [...trail.slice(trail.indexOf(next)), next] };
      else trail.push(next);
    }
  }
  return { names };
}

function combinations(matrix: Readonly<Record<string, readonly string[]>>): Array<Record<string, string>> {
  return Object.entries(matrix).reduce<Array<Record<string, string>>>(
    (all, [name, values]) =>
      all.length * values.length > MOST_STEPS + 1
        ? Array.from({ length: MOST_STEPS + 1 }, () => ({}))
        : all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

/** What is known when planned is filled in; outputs and the environment are known when the step begins. */
const filler =
  (inputs: Readonly<Record<string, string>>, matrix: Readonly<Record<string, string>>) =>
  (text: string): string =>
    fill(text, ([root, name = ""]) => {
      if (root === "inputs") return inputs[name] ?? null;
      return root === "matrix" ? (matrix[name] ?? null) : null;
    });

function expand(
  names: readonly string[],
  pipeline: Pipeline,
  inputs: Readonly<Record<string, string>>,
  { inner }: Planning,
): PlannedStep[] {
  const keys = new Map<string, string[]>();
  const taken = new Set<string>();
  return names.flatMap((name) => {
    const step = pipeline.steps[name];
    if (step === undefined) return [];
    const needs = step.needs.flatMap((need) => keys.get(need) ?? []);
    const made = combinations(step.matrix).map((matrix): PlannedStep => {
      const key = freeKey([name, ...Object.values(matrix).map(slug)].join("."), taken);
      const given = step.kind === "pipeline" ? { ...Object(step.spec), plan: inner[name] } : step.spec;
      const spec = mapTexts(given, filler(inputs, matrix));
      return { ...step, name, key, needs, matrix, spec } as PlannedStep;
    });
    keys.set(
      name,
      made.map(({ key }) => key),
    );
    return made;
  });
}

const slug = (value: string): string => value.replaceAll(/[^\w-]+/g, "-") || "-";

function freeKey(wanted: string, taken: Set<string>): string {
  let key = wanted;
  for (let n = 2; taken.has(key); n += 1) key = `${wanted}.${n}`;
  taken.add(key);
  return key;
}
