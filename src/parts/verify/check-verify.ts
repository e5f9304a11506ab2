/** What is wrong with `verify` of a project file, before anybody runs it. */
import type { ProjectProblem } from "../../domain/project/project.ts";
import { type Kinds, readChecks } from "./read-checks.ts";

export const checkVerify =
  (checkers: Kinds) =>
  (verify: unknown): readonly ProjectProblem[] =>
    readChecks(verify, checkers).problems;
