/** Which project, environment and service a question about values means, and from where they are read. */
import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { z } from "zod";
import { foldName } from "../../../domain/fold-name.ts";
import type { CheckPipeline, Project, ProjectEnvironment } from "../../../domain/project/project.ts";
import { projectFrom } from "../../../domain/project/project.ts";
import { allows, type CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import { chooseEnvironment } from "../choose-environment.ts";
import { filesInput, type ProjectFileSent, projectFile } from "../project-files.ts";
import { readProject, tryProject } from "../read-project.ts";
import { requireRole } from "../require-role.ts";
import type { ValuesFrom } from "./resolve-values.ts";

export const whereInput = {
  service: z.string().optional().describe("One of its services; default: the only one, or none"),
  host: z.string().optional().describe("A host that has values of its own"),
  ...filesInput,
};
export const projectInput = z
  .string()
  .trim()
  .min(1)
  .optional()
  .describe("Project or service; default: the project of this folder");
export const setInput = z
  .record(z.string(), z.string())
  .default({})
  .meta({ noted: "names", description: "For this once: KEY=value" });

export interface WhereInput {
  project?: string | undefined;
  environment?: string | undefined;
  service?: string | undefined;
  host?: string | undefined;
  set?: Record<string, string> | undefined;
  files: readonly ProjectFileSent[];
  /** Not one environment is meant, but the project as a whole. */
  anyEnvironment?: true;
}

export interface Subject {
  project: Project;
  environment: ProjectEnvironment | null;
  service: string | null;
  from: ValuesFrom;
  /** Its file lies in a folder of whoever asks, and this is his machine. */
  isHere: boolean;
}

type Context = Pick<CommandContext<Services>, "services" | "principal" | "now">;

const sent = z.looseObject({ project: z.string().optional(), files: z.array(projectFile).default([]) });

/** Whether the project comes from the log, and not with the question. */
export function asksTheLog(input: Readonly<Record<string, unknown>>): boolean {
  const { success, data } = sent.safeParse(input);
  return success && fileFor(data.files, data.project) === null;
}

/** The file that is meant; one that cannot be read is taken too, so that it is told what is wrong with it. */
function fileFor(files: readonly ProjectFileSent[], name: string | undefined): ProjectFileSent | null {
  if (name === undefined) return files[0] ?? null;
  const found = files.find((file) => {
    const project = tryProject(file).read?.project;
    return project !== undefined && (isNamed(project.project, name) || serviceNamed(project, name) !== null);
  });
  return found ?? files.find((file) => tryProject(file).read === null) ?? null;
}

const isNamed = (a: string, b: string): boolean => foldName(a) === foldName(b);

const serviceNamed = ({ services }: Project, name: string): string | null =>
  Object.keys(services).find((each) => isNamed(each, name)) ?? null;

export const subjectWith =
  (checkPipeline: CheckPipeline) =>
  (input: WhereInput, { services }: Pick<Context, "services">): Subject => {
    const { project, place, file } = projectOf(input, services, checkPipeline);
    const service = serviceFor(project, input);
    return {
      project,
      environment: input.anyEnvironment === true ? null : environmentFor(project, input.environment),
      service,
      from: {
        cwd: place,
        ...{ file: file?.name ?? null, text: file?.text ?? null },
        ...{ env: services.secrets.env, secrets: services.secrets, set: input.set ?? {} },
        ...(input.host === undefined ? {} : { host: input.host }),
      },
      // A process that serves others has a store; who brings his own file works without one (`needsStore`).
      isHere: file !== null && services.homeId === "",
    };
  };

interface Found {
  project: Project;
  place: string;
  file: ProjectFileSent | null;
}

/** @throws ViceError `project.invalid`, `not-found` */
function projectOf({ project: name, files }: WhereInput, services: Services, check: CheckPipeline): Found {
  const file = fileFor(files, name);
  if (file !== null) {
    const { project } = readProject(file, check);
    return { project, place: file.place ?? process.cwd(), file };
  }
  if (name === undefined)
    throw new ViceError("not-found", {
      message: "There is no vice.yaml in this folder or above it.",
      hint: "`vice init` writes one; or name a registered project: vice project list",
    });
  const registered = services.store.standing.list("project").flatMap(({ data }) => {
    const project = projectFrom(data.config);
    return project === null ? [] : [{ project, place: data.place }];
  });
  const found =
    registered.find(({ project }) => isNamed(project.project, name)) ??
    registered.find(({ project }) => serviceNamed(project, name) !== null);
  if (found !== undefined) return { project: found.project, place: folderOf(found.place), file: null };
  const here = files.flatMap((each) => tryProject(each).read?.project.project ?? []);
  throw new ViceError("not-found", {
    what: "project",
    name,
    nearest: nearest(name, [...here, ...registered.map(({ project }) => project.project)]),
    hint: "Go to its folder, or see which are known: vice project list",
  });
}

/** Where a registered project does not lie on this machine nothing is found there, and that is told. */
const folderOf = (place: string | null): string =>
  place !== null && isAbsolute(place) && statSync(place, { throwIfNoEntry: false })?.isDirectory() === true
    ? place
    : "/nonexistent";

function environmentFor(project: Project, given: string | undefined): ProjectEnvironment | null {
  if (given === undefined && project.environments.length === 0) return null;
  return chooseEnvironment(project, given ?? null);
}

/** @throws ViceError `not-found` */
function serviceFor(project: Project, { service, project: name }: WhereInput): string | null {
  const known = Object.keys(project.services);
  if (service !== undefined) {
    const found = serviceNamed(project, service);
    if (found !== null) return found;
    throw new ViceError("not-found", {
      message: `The project "${project.project}" has no service "${service}".`,
      nearest: nearest(service, known),
      hint: known.length === 0 ? "Its vice.yaml names none." : `It has: ${known.join(", ")}.`,
    });
  }
  const meant = name === undefined || isNamed(name, project.project) ? null : serviceNamed(project, name);
  return meant ?? (known.length === 1 ? (known[0] ?? null) : null);
}

/**
 * Secrets are opened for whoever has the files himself, and behind a server for who may deploy there. A file that was
 * sent opens nothing on a server: it may name any variable, file or command.
 * @throws ViceError `auth.forbidden`
 */
export function requireOpening({ project, environment, service, from, isHere }: Subject, ctx: Context): void {
  if (isHere) return;
  if (from.file !== null)
    throw new ViceError("auth.forbidden", {
      message: "A server opens no secrets for a file that was sent to it. Nothing was opened.",
      hint: "Register the project (vice project register), or ask without a server.",
    });
  if (!allows(ctx.principal.scopes, "deploy")) throw new ViceError("auth.forbidden", { scope: "deploy" });
  const places = service === null ? Object.keys(project.services) : [service];
  for (const each of places.length === 0 ? [project.project] : places)
    requireRole(ctx, "deployer", {
      service: each,
      team: project.team,
      environment: environment?.name ?? null,
      tier: environment?.tier ?? null,
    });
}

/** The same as a question. */
export function mayOpen(subject: Subject, ctx: Context): boolean {
  try {
    requireOpening(subject, ctx);
    return true;
  } catch (error) {
    if (error instanceof ViceError && error.code === "auth.forbidden") return false;
    throw error;
  }
}

/** For messages and files: `shop-prod-eu`. */
export const nameOf = ({ project, environment, service }: Subject): string =>
  [service ?? project.project, environment?.name].filter(Boolean).join("-");

export const sayWhere = ({ project, environment, service }: Subject): string =>
  [
    service === null || service === project.project ? project.project : `${project.project}/${service}`,
    environment === null ? null : `in ${environment.name}`,
  ]
    .filter(Boolean)
    .join(" ");
