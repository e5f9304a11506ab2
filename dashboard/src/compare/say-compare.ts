/** How a comparison is asked for and said. Pure. */
import type { Difference } from "../api/question-types.ts";

/** As `vice compare` takes it: `prod-eu`, `prod-eu@2 weeks ago`, `@2 weeks ago`; empty = not chosen. */
export const sideText = (environment: string, at: string): string =>
  at === "" ? environment : `${environment}@${at}`;

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? "" : "s"}`;

/** `3 deployments, 12 commits`; what is not known says why. */
export function sayBetween({
  change,
  deployments,
  commits,
  reason,
}: Pick<Difference, "change" | "deployments" | "commits" | "reason">): string {
  if (change === "same") return "the same";
  const back = deployments?.ahead === "from" ? " back" : "";
  const said = [
    ...(deployments === null ? [] : [`${count(deployments.count, "deployment")}${back}`]),
    ...(commits === null ? [] : [count(commits, "commit")]),
  ];
  return said.length > 0 ? said.join(", ") : (reason ?? "not known");
}
