/** From a file (or a registered project) to a plan: reads it, checks it, takes in the pipelines that it names. */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { type Pipeline, type PipelineRef, pipelineSchema } from "../../domain/pipeline/pipeline-schema.ts";
import { type Plan, type PlanProblem, plan } from "../../domain/pipeline/plan.ts";
import { ViceError } from "../../kit/errors.ts";
import { sha256Hex } from "../../kit/ids.ts";
import { nearest } from "../../kit/nearest.ts";
import { readYamlText } from "../../kit/yaml-file.ts";
import { fileInvalid } from "../../kit/yaml-problems.ts";
import type { Standing } from "../../ports/standing.ts";
import { WORKING_KINDS } from "./create-engine.ts";
import { type RegisteredPipeline, registered, registeredNames } from "./registered.ts";

/** A pipeline as text, and where it stands. */
interface Source {
  name: string;
  file: string;
  text: string;
  cwd: string;
  /** Keys that lead to it. */
  path: readonly string[];
}

type Inputs = Readonly<Record<string, string>>;

const DEEPEST = 5;
const PROJECT_FILE = "vice.yaml";
/** A project file; what is not the pipeline is checked by others. */
const inProject = z.looseObject({ pipeline: pipelineSchema });

/**
 * @param place absolute path of a file or of a folder with vice.yaml; or, its last part, the name of a registered project
 * @throws ViceError `project.invalid` with every problem, `not-found`
 */
export async function makePlan(place: string, inputs: Inputs, standing: Standing): Promise<Plan> {
  return planOf(await sourceAt(place, standing), inputs, []);
}

/** What must be the same when a saved plan is carried out. */
export const hashOf = (made: Plan): string => sha256Hex(JSON.stringify(made));

async function sourceAt(place: string, standing: Standing): Promise<Source> {
  const found = await stat(place).catch(() => null);
  if (found?.isDirectory() === true) return fromFile(join(place, PROJECT_FILE));
  if (found !== null) return fromFile(place);
  return fromRegistered(place, standing);
}

/** For those who may not run what lies on this machine: only what is registered. @throws ViceError like `makePlan` */
export async function planRegistered(place: string, inputs: Inputs, standing: Standing): Promise<Plan> {
  return planOf(fromRegistered(place, standing), inputs, []);
}

/** @throws ViceError like `makePlan` */
export const planPipeline = (known: RegisteredPipeline, inputs: Inputs): Promise<Plan> =>
  planOf(sourceOf(known), inputs, []);

function fromRegistered(place: string, standing: Standing): Source {
  const known = registered(place, standing);
  if (known !== null) return sourceOf(known);
  const near = nearest(basename(place), registeredNames(standing));
  const hint = "Name a file with steps, a folder with vice.yaml, or a registered project.";
  throw new ViceError("not-found", { what: "pipeline", name: place, hint, ...(near && { nearest: near }) });
}

const sourceOf = ({ name, pipeline, cwd }: RegisteredPipeline): Source => ({
  ...{ name, file: name, text: JSON.stringify({ pipeline }), cwd, path: ["pipeline"] },
});

/** Of a file that whoever asks has sent; its paths mean this machine. @throws ViceError like `makePlan` */
export const planSent = ({ file, text }: { file: string; text: string }, inputs: Inputs): Promise<Plan> =>
  planOf(fromText(file, text), inputs, []);

async function fromFile(file: string): Promise<Source> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new ViceError("not-found", { what: "pipeline", name: file, hint: "Check the path." }, error);
  });
  return fromText(file, text);
}

function fromText(file: string, text: string): Source {
  const isProject = /^pipeline\s*:/m.test(text) && !/^steps\s*:/m.test(text);
  const folder = dirname(file);
  const named = /^project\s*:\s*["']?([^\s"'#]+)/m.exec(text)?.[1] ?? basename(folder);
  const name = isProject ? named : basename(file).replace(/\.ya?ml$/, "");
  return { name, file, text, cwd: folder, path: isProject ? ["pipeline"] : [] };
}

function read({ file, text, path }: Source): Pipeline {
  const named = { name: file, text };
  if (path.length === 0) return readYamlText(named, pipelineSchema, "project.invalid");
  return readYamlText(named, inProject, "project.invalid").pipeline;
}

async function planOf(source: Source, inputs: Inputs, trail: readonly string[]): Promise<Plan> {
  const pipeline = read(source);
  const { name, file, text, cwd } = source;
  const facts = { [file]: sha256Hex(text) };
  const inner = await innerPlans(pipeline, source, [...trail, file]);
  const made = plan(pipeline, { name, cwd, inputs, facts, inner, kinds: WORKING_KINDS });
  if (made.plan !== null) return made.plan;
  throw fileInvalid(
    "project.invalid",
    { name: file, text },
    made.problems.map(placed(source)),
    ownHint(made),
  );
}

const ownHint = ({ problems }: { problems: readonly PlanProblem[] }): string =>
  problems.some(({ word }) => word !== undefined) ? "" : "Nothing was started.";

const placed =
  ({ path: above }: Source) =>
  ({ path, problem, word, known }: PlanProblem) => ({
    ...{ path: [...above, ...path], problem },
    nearest: word === undefined ? null : nearest(word, known ?? []),
  });

/** Pipelines that steps name, seen from the folder of the file; texts with inputs in them cannot name one. */
async function innerPlans(
  { steps }: Pipeline,
  source: Source,
  trail: readonly string[],
): Promise<Record<string, Plan>> {
  const plans: Record<string, Plan> = {};
  for (const [step, { kind, spec }] of Object.entries(steps)) {
    if (kind !== "pipeline") continue;
    const { file: given, inputs } = spec as PipelineRef;
    const refuse = (problem: string): ViceError =>
      fileInvalid("project.invalid", { name: source.file, text: source.text }, [
        { path: [...source.path, "steps", step, "pipeline"], problem },
      ]);
    const file = resolve(source.cwd, given);
    if (trail.includes(file)) throw refuse(`the pipelines name each other: ${[...trail, file].join(" -> ")}`);
    if (trail.length >= DEEPEST) throw refuse(`pipelines within pipelines go ${DEEPEST} deep at most`);
    if ((await stat(file).catch(() => null)) === null) throw refuse(`there is no file ${file}`);
    plans[step] = await planOf(await fromFile(file), inputs, trail);
  }
  return plans;
}
