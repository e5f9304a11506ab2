/** A planned deployment in the words of every door: what comes, instead of what, where, by which steps. */
import { z } from "zod";
import { OPERATIONS } from "../../../domain/deploy/release.ts";
import { withoutSecrets } from "../../../domain/project/hide-secrets.ts";
import type { TextStyle } from "../../../kit/command.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import { table } from "../../../kit/table.ts";
import type { PlannedDeploymentView } from "./plan-deployment.ts";

const version = z.string().nullable();

export const planView = z.strictObject({
  operation: z.enum(OPERATIONS),
  project: z.string(),
  service: z.string(),
  environment: z.string(),
  from: version.describe("What runs there now"),
  to: version.describe("What comes there"),
  commitSha: z.string().nullable(),
  artifact: z.strictObject({ name: z.string(), digest: z.string(), from: z.string() }).nullable(),
  target: z.string(),
  formerTarget: z.string().nullable().describe("What was said of it then, when that was something else"),
  values: z
    .array(
      z.strictObject({
        key: z.string(),
        change: z.enum(["added", "changed", "removed"]),
        secret: z.boolean(),
      }),
    )
    .nullable()
    .describe("Values that are others than those of the release that runs there; null = nobody knows those"),
  steps: z.array(z.strictObject({ key: z.string(), does: z.string(), condition: z.string().nullable() })),
  problems: z.array(z.string()),
  hash: z.string(),
  plan: z.unknown().describe("Keep it with --save, give it back with --plan-file"),
});
export type PlanView = z.output<typeof planView>;

export function planViewOf({
  plan,
  deployment,
  does,
  problems,
  changed,
  formerTarget,
}: PlannedDeploymentView): PlanView {
  const { operation, project, service, environment, former, release, target } = deployment;
  const artifact = release.artifact;
  return {
    ...{ operation, project, service, environment, from: former?.version ?? null, to: release.version },
    commitSha: release.commitSha,
    artifact:
      artifact === null ? null : { name: artifact.name, digest: artifact.digest, from: artifact.from },
    target: sayTarget(target),
    formerTarget: formerTarget === null ? null : sayTarget(formerTarget),
    values: changed === null ? null : changed.map((each) => ({ ...each })),
    steps: plan.steps.map(({ key, if: condition }) => ({ key, does: does[key] ?? "", condition })),
    ...{ problems, hash: sha256Hex(JSON.stringify(plan)), plan },
  };
}

/** Short, on one line. */
const sayTarget = ({ kind, spec }: PlannedDeploymentView["deployment"]["target"]): string => {
  const said = typeof spec === "string" ? spec : JSON.stringify(withoutSecrets(spec));
  return `${kind}: ${said.length > 80 ? `${said.slice(0, 79)}…` : said}`;
};

export function sayPlan(view: PlanView, style: TextStyle): string {
  const { service, environment, from, to, artifact, target, formerTarget, values, problems } = view;
  const { operation, project } = view;
  const of = project === service ? "" : ` (${project})`;
  const what = [
    `${operation} ${style.color("bold", service)}${of} to ${style.color("bold", environment)}`,
    `  version   ${from ?? "nothing"} -> ${to ?? "unknown"}`,
    ...(artifact === null ? [] : [`  artifact  ${artifact.name} ${artifact.digest}`]),
    `  target    ${formerTarget === null ? target : `${formerTarget} -> ${target}`}`,
    ...(values === null || values.length === 0
      ? []
      : [`  values    ${values.map(({ key, change }) => `${key} ${change}`).join(", ")}`]),
  ];
  const steps = table(
    view.steps.map(({ key, does }) => ({ key, does })),
    [
      { title: "step", value: ({ key }) => key },
      { title: "does", value: ({ does }) => does, flexible: true },
    ],
    style,
  );
  const wrong = problems.map((problem) => `${style.color("red", "✗")} ${problem}`);
  return [...what, "", steps, "", ...wrong, "Nothing was started."].join("\n");
}
