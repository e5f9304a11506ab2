/** What the parts that run pipelines and checks find wrong with a project file, before anybody runs it. */
import { createCheckers } from "../adapters/check/table.ts";
import { createProcessRunner } from "../adapters/process/process-runner.ts";
import { pipelineSchema, STEP_KINDS } from "../domain/pipeline/pipeline-schema.ts";
import { plan } from "../domain/pipeline/plan.ts";
import type { CheckPipeline, ProjectProblem } from "../domain/project/project.ts";
import { parseLeavingOwnKeys, schemaProblems } from "../kit/yaml-file.ts";
import { checkVerify } from "../parts/verify/index.ts";

/** Only asked for their forms: nothing is started. */
export const checkForms = createCheckers({ processes: createProcessRunner({ home: "", env: {} }) }, {});
const verifyProblems = checkVerify(checkForms);

export const checkPipeline: CheckPipeline = (section, key) =>
  key === "verify" ? verifyProblems(section) : pipelineProblems(section);

/** The form, steps that are not there, names that mean nothing, and steps that wait for each other. */
function pipelineProblems(pipeline: unknown): readonly ProjectProblem[] {
  const { parsed, given } = parseLeavingOwnKeys(pipelineSchema, pipeline);
  if (!parsed.success) return schemaProblems(pipelineSchema, parsed.error, given);
  // What is given when it runs is not known yet: anything will do.
  const inputs = Object.fromEntries(
    Object.entries(parsed.data.inputs).map(([name, value]) => [name, value ?? "given"]),
  );
  const asked = { name: "pipeline", cwd: ".", inputs, facts: {}, kinds: STEP_KINDS, inner: {} };
  return plan(parsed.data, asked).problems;
}
