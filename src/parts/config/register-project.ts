/** `vice project register` and `remove`: a project is told to the log, so that a server knows it without its folder. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { foldName } from "../../domain/fold-name.ts";
import { withoutSecrets } from "../../domain/project/hide-secrets.ts";
import { type CheckPipeline, type Project, policyOf, projectFrom } from "../../domain/project/project.ts";
import { word } from "../../domain/rules/word.ts";
import { ViceError } from "../../kit/errors.ts";
import type { Services } from "../../ports/services.ts";
import { recordEvents, saidEvent, saidNames } from "../data/index.ts";
import { someFiles } from "./check-project.ts";
import { configCommand } from "./define-command.ts";
import { knownProjects, projectNamed } from "./known-projects.ts";
import { type Registered, registeredProjects } from "./policies.ts";
import { filesInput } from "./project-files.ts";
import { readProject } from "./read-project.ts";

const item = z.strictObject({
  project: z.string(),
  outcome: z.enum(["registered", "changed", "unchanged"]),
  place: z.string().nullable(),
});

export const registerProject = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "project.register",
    words: ["project", "register"],
    part: "config",
    summary: "Tell vice about a project: its rules hold from then on. Values of secrets are left out.",
    examples: [
      "vice project register",
      "vice project register --under ~/work",
      "vice project register vice.yaml --place https://git.example.com/shop",
    ],
    effect: "write",
    // What it asks of its environments are rules for others, and its pipeline is run.
    scope: "admin",
    positional: ["...files"],
    input: z.object({
      ...filesInput,
      place: z.string().max(1000).optional().describe("Where it lives, when its folder does not say it"),
    }),
    output: z.strictObject({ items: z.array(item) }),
    list: "items",
    run: async ({ files, place: said }, ctx) => {
      const { standing } = ctx.services.store;
      const known = new Map(standing.list("project").map(({ data }) => [foldName(data.project), data]));
      const rows = someFiles(files).map((file) => {
        const { project, written } = readProject(file, checkPipeline);
        const place = said ?? file.place;
        const data = {
          project: project.project,
          config: keptOf(project, written),
          origin: file.origin,
          place,
        };
        const former = known.get(foldName(data.project));
        const isSame = isDeepStrictEqual(former?.config, data.config) && former?.place === place;
        const outcome = former === undefined ? "registered" : isSame ? "unchanged" : "changed";
        // Spelt in another way it is still the same project, which has one name.
        const kept = { ...data, project: former?.project ?? data.project };
        return { data: kept, outcome, services: Object.keys(project.services) } as const;
      });
      refuseTwice(rows.map(({ data }) => data.project));
      refuseShared(
        ctx.services,
        rows.map(({ data, services }) => ({ project: data.project, services })),
      );
      const events = rows
        .filter(({ outcome }) => outcome !== "unchanged")
        .map(({ data }) => saidEvent(ctx, "vice.project.registered.v1", data.project, data));
      if (events.length > 0) await recordEvents(ctx, events);
      return {
        items: rows.map(({ data: { project, place }, outcome }) => ({ project, outcome, place })),
      };
    },
    text: ({ items }) => items.map(({ project, outcome }) => `${project}: ${SAID[outcome]}`).join("\n"),
  });

const SAID = {
  registered: "registered.",
  changed: "registered again, what it says now holds.",
  unchanged: "already registered like this; nothing changed.",
} as const;

/** What is kept must ask the same as what was sent: a rule that was taken for a secret would hold no more. */
function keptOf(project: Project, written: unknown): unknown {
  const config = withoutSecrets(written);
  const kept = projectFrom(config);
  if (kept !== null && isDeepStrictEqual(policyOf(kept), policyOf(project))) return config;
  throw new ViceError("input.invalid", {
    message: `A service or an environment of "${project.project}" is called like a secret, and what it says would be left out. Nothing was registered.`,
    hint: "Give it another name than secret or secrets.",
  });
}

function refuseTwice(names: readonly string[]): void {
  const twice = names.find((name, at) => names.findIndex((other) => foldName(other) === foldName(name)) < at);
  if (twice === undefined) return;
  throw new ViceError("input.invalid", {
    message: `Two of these files are the project "${twice}". Nothing was registered.`,
    hint: "Give each its own name, or register them one by one.",
  });
}

/** Of two projects that name one service nobody could say which rules hold for it. */
function refuseShared(
  services: Pick<Services, "store" | "config">,
  sent: ReadonlyArray<Pick<Registered, "project" | "services">>,
): void {
  const names = saidNames(services);
  const isSame = (a: string, b: string): boolean =>
    names.services(b).some((each) => names.isService(a, each));
  const isSent = ({ project }: Registered): boolean =>
    sent.some((each) => foldName(each.project) === foldName(project));
  const all = [...registeredProjects(services).filter((each) => !isSent(each)), ...sent];
  for (const { project, services: own } of sent)
    for (const service of own ?? []) {
      const other = all.find(
        (each) => each.project !== project && each.services?.some((name) => isSame(name, service)),
      );
      if (other === undefined) continue;
      throw new ViceError("conflict", {
        message: `The project "${other.project}" names the service ${service} too, and a service is of one project. Nothing was registered.`,
        hint: `Take it out of one of them, or forget the other one first: vice project remove ${word(other.project)}`,
        project,
        other: other.project,
        service,
      });
    }
}

export const removeProject = configCommand({
  id: "project.remove",
  words: ["project", "remove"],
  part: "config",
  summary: "Forget a registered project: its rules hold no more. Its file and its history stay.",
  examples: ['vice project remove shop --reason "moved into the monorepo"'],
  effect: "write",
  scope: "admin",
  positional: ["project"],
  input: z.object({ project: z.string().trim().min(1), reason: z.string().max(1000).optional() }),
  output: z.strictObject({ project: z.string(), place: z.string().nullable() }),
  run: async ({ project: name, reason }, ctx) => {
    const found = projectNamed(knownProjects(ctx.services.store.standing, []), name);
    const data = { project: found.name, reason: reason ?? null };
    await recordEvents(ctx, [saidEvent(ctx, "vice.project.removed.v1", found.name, data)]);
    return { project: found.name, place: found.counts.place };
  },
  text: ({ project }) => `${project} is no longer registered.`,
});
