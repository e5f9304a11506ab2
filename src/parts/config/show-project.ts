/** `vice project show`: what a project file says once names are resolved, and what holds in an environment and why. */
import { z } from "zod";
import { foldName } from "../../domain/fold-name.ts";
import { effective } from "../../domain/project/effective.ts";
import { withoutSecrets } from "../../domain/project/hide-secrets.ts";
import type { CheckPipeline, Project } from "../../domain/project/project.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import { someFiles } from "./check-project.ts";
import { chooseEnvironment } from "./choose-environment.ts";
import { configCommand } from "./define-command.ts";
import { type Known, type KnownProject, knownProjects, projectNamed } from "./known-projects.ts";
import { toOrigin } from "./list-projects.ts";
import { filesInput, type ProjectFileSent } from "./project-files.ts";
import { sayProject } from "./say-project.ts";
import { type ShownProject, shownProject } from "./shown-project.ts";

export const showProject = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "project.show",
    words: ["project", "show"],
    part: "config",
    summary:
      "Show a project: its services, environments and rules; with --env what holds there, and where it is said.",
    examples: [
      "vice project show",
      "vice project show shop",
      "vice project show shop --env prod-eu --service api",
    ],
    effect: "read",
    positional: ["project"],
    input: z.object({
      project: z
        .string()
        .trim()
        .min(1)
        .optional()
        .describe("Name of the project; default: the one of this folder"),
      environment: z.string().optional(),
      service: z.string().optional().describe("One of its services"),
      ...filesInput,
    }),
    output: shownProject,
    http: { method: "GET", path: "/v1/projects/:project" },
    run: ({ project: name, environment: wanted, service = null, files }, { services }) => {
      const all = knownProjects(services.store.standing, files, checkPipeline);
      const found = name === undefined ? ownProject(all, files) : projectNamed(all, name);
      const { counts, origins } = found;
      if (counts.project === null)
        throw new ViceError("data.invalid", {
          message: `"${found.name}" cannot be read: ${counts.problem ?? "nobody knows why"}`,
          hint: "Mend it: vice project check",
        });
      return {
        ...described(counts.project),
        origins: origins.map((each) => toOrigin(each, counts)),
        effective: wanted === undefined ? null : whatHolds(counts, counts.project, wanted, service),
      };
    },
    text: sayProject,
  });

function ownProject(all: readonly KnownProject[], files: readonly ProjectFileSent[]): KnownProject {
  const [own, ...others] = all.filter(({ origins }) =>
    origins.some(({ origin: how }) => how !== "registered"),
  );
  if (own !== undefined && others.length === 0) return own;
  someFiles(files);
  const names = [own, ...others].map((each) => each?.name);
  throw new ViceError("input.invalid", {
    message: "There are several projects.",
    hint: `Name one of them: ${names.join(", ")}`,
  });
}

function described(project: Project): Omit<ShownProject, "origins" | "effective"> {
  const environments = project.environments.map(({ path: _path, values: _values, ...rest }) => ({
    ...rest,
    after: [...rest.after],
    approvals: rest.approvals === null ? null : { ...rest.approvals, roles: [...rest.approvals.roles] },
    freezes: rest.freezes.map((freeze) => ({ ...freeze })),
  }));
  const [first] = project.environments;
  return {
    project: project.project,
    team: project.team,
    services: Object.entries(project.services).map(([name, { path, artifact, target }]) => ({
      name,
      path: path ?? null,
      artifact: withoutSecrets(artifact ?? null),
      target: withoutSecrets(target ?? null),
    })),
    environments,
    defaultEnvironment: first === undefined || first.tier === "production" ? null : first.name,
  };
}

function whatHolds(
  { file, place }: Known,
  project: Project,
  wanted: string,
  given: string | null,
): NonNullable<ShownProject["effective"]> {
  const chosen = chooseEnvironment(project, wanted);
  const service = given === null ? null : serviceNamed(project, given);
  const { values, origins } = effective(project, chosen, service);
  const shown = withoutSecrets(values) as Record<string, unknown>;
  return {
    ...{ environment: chosen.name, service, values: shown },
    origins: origins.map(({ key, layer, path }) => {
      const line = file?.lineOf(path);
      const at =
        line === undefined ? [place, path.join(".")].filter(Boolean).join(": ") : `${file?.name}:${line}`;
      return { key: key.join("."), value: valueAt(shown, key), layer, at };
    }),
  };
}

function valueAt(value: unknown, key: ReadonlyArray<string | number>): unknown {
  let at = value;
  for (const step of key) at = Object.entries(Object(at)).find(([name]) => name === String(step))?.[1];
  return at ?? null;
}

function serviceNamed({ project, services }: Project, name: string): string {
  const known = Object.keys(services);
  const found = known.find((each) => foldName(each) === foldName(name));
  if (found !== undefined) return found;
  throw new ViceError("not-found", {
    message: `The project "${project}" has no service "${name}".`,
    nearest: nearest(name, known),
    hint: known.length === 0 ? "Its vice.yaml names none." : `It has: ${known.join(", ")}.`,
  });
}
