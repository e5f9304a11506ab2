/** Tests the project file as a whole: the example of the documents, and pipelines that cannot run, with their lines. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { projectSchema } from "../domain/project/project-schema.ts";
import { ViceError } from "../kit/errors.ts";
import { readProject } from "../parts/config/index.ts";
import { checkPipeline } from "./check-pipeline.ts";
import { projectFileSchema } from "./reference/schemas.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/vice.yaml.md"), "utf8");
const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? "";
const read = (text: string) => readProject({ name: "vice.yaml", text }, checkPipeline);
function lines(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ViceError) return error.message.split("\n");
    throw error;
  }
  throw new Error("it was taken");
}

test("the example of the page is right, for vice and for an editor", () => {
  const { project } = read(example);
  expect(project.environments.map(({ name, after }) => [name, ...after])).toEqual([
    ["dev"],
    ["staging", "dev"],
    ["prod-eu", "staging"],
    ["prod-us", "staging", "prod-eu"],
  ]);
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(projectFileSchema()),
  );
  validate(parse(example));
  expect(validate.errors).toBeNull();
  validate(parse(example.replace("team:", "taem:")));
  expect(validate.errors).not.toBeNull();
});

test("it shows every key that there is", () => {
  const missing = Object.keys(projectSchema.shape).filter(
    (key) => !new RegExp(`^${key}:`, "m").test(example),
  );
  expect(missing).toEqual([]);
});

test.each<[what: string, pipeline: string, said: string]>([
  [
    "a cycle, with its path",
    "    a: { run: x, needs: [b] }\n    b: { run: x, needs: [a] }\n",
    "vice.yaml:3: pipeline: the steps wait for each other: a -> b -> a",
  ],
  [
    "a step that is not there",
    "    build: { run: x }\n    b: { run: x, needs: [bild] }\n",
    'vice.yaml:6: pipeline.steps.b.needs: there is no step "bild"',
  ],
  ["a kind that nobody knows", "    a: { rn: x }\n", 'vice.yaml:5: pipeline.steps.a: unknown key "rn"'],
])("a pipeline with %s", (_what, steps, said) => {
  expect(lines(`version: 1\nproject: a\npipeline:\n  steps:\n${steps}`)[0]).toContain(said);
});

test("keys of one's own in a pipeline", () => {
  const text =
    "version: 1\nproject: a\npipeline:\n  x-a: 1\n  steps:\n    a: { run: x, x-b: 1 }\n    p: { pipeline: other.yaml }\n";
  expect(read(text).project.pipeline).toBeDefined();
});
