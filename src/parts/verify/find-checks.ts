/** Which checks are meant: of a folder with vice.yaml, of a registered project or one of its services, or of a file. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { foldName } from "../../domain/fold-name.ts";
import { effective } from "../../domain/project/effective.ts";
import { type Project, type ProjectEnvironment, projectFrom } from "../../domain/project/project.ts";
import { checksOf } from "../../domain/verify/said-checks.ts";
import type { CommandContext } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { Services } from "../../ports/services.ts";
import { chooseEnvironment, type ProjectFileSent, readProject, requireRole } from "../config/index.ts";
import { checkVerify } from "./check-verify.ts";
import type { CheckedPlace } from "./known-there.ts";

export interface Wanted {
  /** A path, or the name of a project or service. */
  project?: string | undefined;
  environment?: string | undefined;
  service?: string | undefined;
  /** What the door found nearby. */
  files: readonly ProjectFileSent[];
}

/** Checks of one service in one environment. */
export interface Found {
  service: string | null;
  environment: string | null;
  checks: readonly unknown[];
  cwd: string;
  /** `null` = they are of no project. */
  place: CheckedPlace | null;
}

interface Place {
  project: Project;
  cwd: string;
  /** One of its services, when it was named instead of the project. */
  service: string | null;
}

type Context = CommandContext<Services>;
const FILE = "vice.yaml";

/** @throws ViceError `not-found`, `project.invalid`, `usage`, `auth.forbidden` */
export async function findChecks(wanted: Wanted, ctx: Context): Promise<Found[]> {
  const { project: name, environment, files } = wanted;
  if (name !== undefined) {
    const place = (await inFolder(name, ctx)) ?? registered(basename(name), ctx);
    if (place !== null) return mayCheck(foundIn(place, environment, wanted.service), ctx);
  }
  const near = nearby(files, ctx);
  // One word in the folder of a project may be its environment, or one of its services.
  if (near !== null && name === undefined) return foundIn(near, environment, wanted.service);
  if (near !== null && name !== undefined) {
    const word = basename(name);
    if (environment === undefined && near.project.environments.some((each) => isNamed(each.name, word)))
      return foundIn(near, word, wanted.service);
    const service = serviceOf(near.project, word);
    if (service !== null || isNamed(near.project.project, word))
      return foundIn({ ...near, service }, environment, wanted.service);
  }
  throw nothing(name, ctx);
}

const isNamed = (a: string, b: string): boolean => foldName(a) === foldName(b);

const serviceOf = ({ services }: Project, name: string): string | null =>
  Object.keys(services).find((each) => isNamed(each, name)) ?? null;

/** What is on the disk of this machine is for those who may do everything here. @throws ViceError `auth.forbidden` */
export function requireAdmin({ principal }: Pick<Context, "principal">): void {
  if (!principal.scopes.includes("admin")) throw new ViceError("auth.forbidden", { scope: "admin" });
}

async function inFolder(path: string, ctx: Context): Promise<Place | null> {
  if (!ctx.principal.scopes.includes("admin")) return null;
  for (const file of [path, join(path, FILE)]) {
    const text = await readFile(file, "utf8").catch(() => null);
    if (text !== null) return fromText({ name: file, text }, dirname(file), ctx);
  }
  return null;
}

function fromText(source: { name: string; text: string }, cwd: string, { services }: Context): Place {
  const check = (section: unknown, key: string) =>
    key === "verify" ? checkVerify(services.checks)(section) : [];
  return { project: readProject(source, check).project, cwd, service: null };
}

function nearby(files: readonly ProjectFileSent[], ctx: Context): Place | null {
  const [file] = files;
  if (file === undefined) return null;
  requireAdmin(ctx);
  return fromText(file, file.place ?? process.cwd(), ctx);
}

function registered(name: string, ctx: Context): Place | null {
  const all = ctx.services.store.standing.list("project").map(({ key, data }) => ({ key, data }));
  const own = all.find(({ key }) => isNamed(key, name));
  const having = all.flatMap(({ key, data }) => {
    const project = projectFrom(data.config);
    const service = project === null ? null : serviceOf(project, name);
    return service === null ? [] : [{ key, data, service }];
  });
  const [first] = own === undefined ? having : [{ ...own, service: null }];
  if (first === undefined) return null;
  const project = projectFrom(first.data.config);
  if (project === null)
    throw new ViceError("data.invalid", {
      message: `This vice cannot read the project "${first.key}".`,
      hint: "Register it again: vice project register",
    });
  const { place } = first.data;
  return { project, cwd: place?.startsWith("/") === true ? place : "/", service: first.service };
}

/** As whoever deploys there: of every service in that environment. @throws ViceError `auth.forbidden` */
function mayCheck(found: Found[], ctx: Context): Found[] {
  for (const { service, environment, place } of found)
    requireRole(ctx, "deployer", {
      ...{ service, team: place?.project.team ?? null },
      ...{ environment, tier: place?.environment?.tier ?? null },
    });
  return found;
}

function nothing(name: string | undefined, { services }: Context): ViceError {
  const known = services.store.standing.list("project").map(({ key }) => key);
  if (name === undefined)
    return new ViceError("not-found", {
      message: "There is no vice.yaml in this folder or above it.",
      hint: "Name a project, or give checks: vice verify --file checks.yaml",
    });
  const word = basename(name);
  const hint =
    "Name a folder with vice.yaml, a registered project (vice project list), or --file checks.yaml.";
  return new ViceError("not-found", { what: "project", name: word, nearest: nearest(word, known), hint });
}

function foundIn(
  { project, cwd, service: named }: Place,
  environment: string | undefined,
  service: string | undefined,
): Found[] {
  const chosen = environmentOf(project, environment);
  const wanted = service ?? named ?? null;
  return servicesOf(project, wanted).map((each) => ({
    service: each ?? project.project,
    environment: chosen?.name ?? null,
    checks: checksOf(effective(project, chosen, each).values.verify),
    cwd,
    place: { project, environment: chosen, service: each, cwd },
  }));
}

function environmentOf(project: Project, name: string | undefined): ProjectEnvironment | null {
  if (name === undefined && project.environments.length === 0) return null;
  return chooseEnvironment(project, name ?? null);
}

/** All of them, unless one is named; a project without services is one itself. */
function servicesOf(project: Project, wanted: string | null): Array<string | null> {
  const known = Object.keys(project.services);
  if (wanted === null) return known.length === 0 ? [null] : known;
  const found = serviceOf(project, wanted);
  if (found !== null) return [found];
  if (isNamed(wanted, project.project)) return known.length === 0 ? [null] : known;
  throw new ViceError("not-found", {
    message: `The project "${project.project}" has no service "${wanted}".`,
    nearest: nearest(wanted, known),
    hint: known.length === 0 ? "Its vice.yaml names none." : `It has: ${known.join(", ")}.`,
  });
}
