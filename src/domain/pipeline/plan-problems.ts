/** What is wrong with a pipeline that has the right form: names that mean nothing, secrets in the open. Pure. */
import { isSecretText } from "../project/hide-secrets.ts";
import { ExpressionProblem, namesOf, parseExpression } from "./expression.ts";
import type { CommandSpec } from "./forms.ts";
import type { HttpSpec, Pipeline, StepKind } from "./pipeline-schema.ts";
import { namesIn, pipelineNamesIn, textsIn } from "./template.ts";

export interface PlanProblem {
  path: readonly string[];
  problem: string;
  /** A word that nobody knows, and those that are known. */
  word?: string;
  known?: readonly string[];
}

export const problem = (
  path: readonly string[],
  said: string,
  unknown: Pick<PlanProblem, "word" | "known"> = {},
): PlanProblem => ({
  path,
  problem: said,
  ...unknown,
});

type Step = Pipeline["steps"][string];

export function problemsIn(pipeline: Pipeline, kinds: readonly StepKind[]): PlanProblem[] {
  return [
    ...secretProblems(["env"], pipeline.env),
    ...Object.entries(pipeline.steps).flatMap(([name, step]) => stepProblems(name, step, pipeline, kinds)),
    ...outputProblems(pipeline),
    ...scheduleProblems(pipeline),
  ];
}

function stepProblems(
  name: string,
  step: Step,
  pipeline: Pipeline,
  kinds: readonly StepKind[],
): PlanProblem[] {
  const path = ["steps", name];
  const known = Object.keys(pipeline.steps);
  const found = step.needs
    .filter((need) => !known.includes(need))
    .map((word) => problem([...path, "needs"], `there is no step "${word}"`, { word, known }));
  if (!kinds.includes(step.kind)) {
    const said = `this vice cannot carry out "${step.kind}" steps; it can: ${kinds.join(", ")}`;
    found.push(problem([...path, step.kind], said));
  }
  const allowed: Allowed = {
    inputs: () => Object.keys(pipeline.inputs),
    matrix: () => Object.keys(step.matrix),
    ...ofSteps(() => [...ancestors(name, pipeline)], pipeline),
  };
  const condition = step.if;
  if (condition !== null)
    found.push(...nameProblems([...path, "if"], () => namesOf(parseExpression(condition)), allowed));
  const texts = textsIn(step.spec);
  const names = step.kind === "verify" ? pipelineNamesIn : namesIn;
  found.push(...nameProblems([...path, step.kind], () => texts.flatMap(names), allowed));
  if (step.kind === "pipeline") found.push(...lateProblems(path, texts));
  if (step.kind === "run" || step.kind === "migrate")
    found.push(...secretProblems([...path, step.kind, "env"], (step.spec as CommandSpec).env));
  if (step.kind === "http")
    found.push(...secretProblems([...path, "http", "headers"], (step.spec as HttpSpec).headers));
  return found;
}

/** Another pipeline is planned with this one, so that it gets only what is known by then. */
function lateProblems(path: readonly string[], texts: readonly string[]): PlanProblem[] {
  return texts
    .flatMap((text) => [...text.matchAll(/\$\{\{\s*((?:outputs|env|steps)\..*?)\s*\}\}/g)])
    .map(([, name]) => problem([...path, "pipeline"], `${name} is not known when it is planned`));
}

type Allowed = Readonly<Record<string, () => readonly string[]>>;

/** Of a step that a matrix makes many of, nobody knows which one is meant. */
function ofSteps(names: () => readonly string[], { steps }: Pipeline): Allowed {
  const single = (): readonly string[] =>
    names().filter((each) => Object.keys(steps[each]?.matrix ?? {}).length === 0);
  return { outputs: single, steps: single };
}

/** A name must mean something when the step begins: an output of a step before it, an input, its own matrix. */
function nameProblems(
  path: readonly string[],
  names: () => Array<readonly string[]>,
  allowed: Allowed,
): PlanProblem[] {
  try {
    return names().flatMap(([root = "", word = ""]) => {
      const known = allowed[root]?.();
      if (known === undefined || known.includes(word)) return [];
      const said =
        root === "outputs" || root === "steps"
          ? `${root}.${word} is of no single step that it needs`
          : `there is no ${root}.${word}`;
      return [problem(path, said, { word, known })];
    });
  } catch (error) {
    if (error instanceof ExpressionProblem) return [problem(path, error.message)];
    throw error;
  }
}

function ancestors(step: string, { steps }: Pipeline): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(steps[step]?.needs ?? [])];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(steps[name]?.needs ?? []));
  }
  return found;
}

function outputProblems(pipeline: Pipeline): PlanProblem[] {
  const allowed: Allowed = {
    inputs: () => Object.keys(pipeline.inputs),
    matrix: () => [],
    ...ofSteps(() => Object.keys(pipeline.steps), pipeline),
  };
  return Object.entries(pipeline.outputs).flatMap(([name, text]) =>
    nameProblems(["outputs", name], () => namesIn(text), allowed),
  );
}

/** A schedule must be able to begin: nobody is there to give what is missing. */
function scheduleProblems({ schedule = [], inputs }: Pipeline): PlanProblem[] {
  const known = Object.keys(inputs);
  return schedule.flatMap(({ name, inputs: given }) => [
    ...Object.keys(given)
      .filter((word) => !known.includes(word))
      .map((word) =>
        problem(["schedule"], `${name} gives an input "${word}" that there is not`, { word, known }),
      ),
    ...known
      .filter((each) => inputs[each] === null && given[each] === undefined)
      .map((each) => problem(["schedule"], `${name} must give the input "${each}"`)),
  ]);
}

/** The whole plan stands in the log, which never forgets. */
function secretProblems(path: readonly string[], texts: Readonly<Record<string, string>>): PlanProblem[] {
  return Object.entries(texts)
    .filter(
      ([name, text]) =>
        isSecretText(name, text) && !/\$\{\{/.test(text) && !/^(?:|true|false|\d{1,6})$/.test(text),
    )
    .map(([name]) => {
      const variable = path.at(-1) === "headers" ? name.toUpperCase().replaceAll(/\W+/g, "_") : name;
      const how = path.at(-1) === "headers" ? ` and name it in the header as env.${variable}` : "";
      const where = path.length === 1 ? " in the steps that need it" : "";
      const said = `"${name}" looks like a secret, and the log keeps what stands here; set ${variable} where vice runs and write secrets: [${variable}]${where}${how}`;
      return problem([...path, name], said);
    });
}
