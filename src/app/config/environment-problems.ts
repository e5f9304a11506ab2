/** Environments that stand in the order of promotion twice: only the first place would count. */
import { foldName } from "../../domain/fold-name.ts";
import type { FileProblem } from "../../kit/yaml-problems.ts";
import type { ServerFile } from "./server-schema.ts";

export function environmentProblems({ environments }: Pick<ServerFile, "environments">): FileProblem[] {
  const seen = new Set<string>();
  return environments.flatMap((each, at): FileProblem[] => {
    const name = typeof each === "string" ? each : each.name;
    const known = seen.has(foldName(name));
    seen.add(foldName(name));
    return known ? [{ path: ["environments", at], problem: `"${name}" stands in the list already` }] : [];
  });
}
