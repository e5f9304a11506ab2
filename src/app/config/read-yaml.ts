/** Reads a YAML file of the disk against a schema. */
import { existsSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { ViceError } from "../../kit/errors.ts";
import { readYamlText } from "../../kit/yaml-file.ts";

/** @throws ViceError `config.invalid` with every problem. Keys that begin with `x-` are the user's own. */
export const readYaml = <T extends z.ZodType>(file: string, schema: T): z.output<T> =>
  readYamlText({ name: file, text: readText(file) }, schema, "config.invalid");

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const problem = existsSync(file)
      ? `it cannot be read (${error instanceof Error ? error.message : ""})`
      : "there is no such file";
    throw new ViceError("config.invalid", { file, problem }, error);
  }
}
