/** What the part that runs pipelines finds wrong with the `pipeline:` of a project file, before anybody runs it. */
import { pipelineSchema, STEP_KINDS } from "../domain/pipeline/pipeline-schema.ts";
import { plan } from "../domain/pipeline/plan.ts";
import type { ProjectProblem } from "../domain/project/project.ts";
import { parseLeavingOwnKeys, schemaProblems } from "../kit/yaml-file.ts";

/** The form, steps that are not there, names that mean nothing, and steps that wait for each other. */
export function checkPipeline(pipeline: unknown): readonly ProjectProblem[] {
  const { parsed, given } = parseLeavingOwnKeys(pipelineSchema, pipeline);
  if (!parsed.success) return schemaProblems(pipelineSchema, parsed.error, given);
  // What is given when it runs is not known yet: anything will do.
  const inputs = Object.fromEntries(
    Object.entries(parsed.data.inputs).map(([name, value]) => [name, value ?? "given"]),
  );
  const asked = { name: "pipeline", cwd: ".", inputs, facts: {}, kinds: STEP_KINDS, inner: {} };
  return plan(parsed.data, asked).problems;
}
