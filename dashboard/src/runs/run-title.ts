/** What a run is called: by what it deploys, else by its pipeline. Pure. */
import type { RunDeployment } from "../api/run-types.ts";

const VERBS: Readonly<Record<string, string>> = {
  ...{ rollback: "Roll back", promote: "Promote", start: "Start", stop: "Stop", restart: "Restart" },
};

export function titleOfRun({ name, deployment }: { name: string; deployment: RunDeployment | null }): string {
  if (deployment === null) return name;
  const { service, version, environment, operation } = deployment;
  const what = [service ?? "a service", version].filter((part) => part !== null).join(" ");
  const verb = VERBS[operation ?? ""];
  if (verb === undefined) return `${what} to ${environment ?? "an unknown environment"}`;
  const place = operation === "promote" ? "to" : "in";
  return `${verb} ${what} ${place} ${environment ?? "an unknown environment"}`;
}
