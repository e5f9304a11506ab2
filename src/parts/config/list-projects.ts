/** `vice project list`: all projects that are known, and how each is known. */
import { z } from "zod";
import type { CheckPipeline } from "../../domain/project/project.ts";
import { sayAgo } from "../../kit/ago.ts";
import { printable, table } from "../../kit/table.ts";
import { configCommand } from "./define-command.ts";
import { type Known, type KnownProject, knownProjects } from "./known-projects.ts";
import { filesInput } from "./project-files.ts";

export const originItem = z.strictObject({
  origin: z.enum(["found", "sent", "registered"]),
  place: z.string().nullable().describe("Folder or repository"),
  at: z.string().nullable().describe("When the file was changed, or when it was registered"),
  counts: z.boolean().describe("Whether this is the one that counts: the newest that can be read"),
  problem: z.string().nullable().describe("Why it cannot be read"),
});

const item = z.strictObject({
  project: z.string(),
  team: z.string().nullable(),
  services: z.array(z.string()),
  environments: z.array(z.string()).describe("In the order of promotion"),
  origins: z.array(originItem),
});
type Item = z.output<typeof item>;

export const listProjects = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "project.list",
    words: ["project", "list"],
    part: "config",
    summary: "List the projects that are registered, and those that are found here.",
    examples: ["vice project list", "vice project list --under ~/work", "vice project list --json"],
    effect: "read",
    positional: [],
    input: z.object(filesInput),
    output: z.strictObject({ items: z.array(item) }),
    list: "items",
    http: { method: "GET", path: "/v1/projects" },
    run: ({ files }, { services }) => ({
      items: knownProjects(services.store.standing, files, checkPipeline).map(toItem),
    }),
    text: ({ items }, style) => {
      if (items.length === 0)
        return "No project is known here. Write a vice.yaml with `vice init`, or say where to look: vice project list --under DIR";
      const broken = items.flatMap(({ origins }) => origins.flatMap(({ problem }) => problem ?? []));
      const rows = table(
        items,
        [
          { title: "project", value: (row) => row.project, flexible: true },
          { title: "team", value: (row) => row.team ?? "-" },
          { title: "services", value: (row) => row.services.join(", ") || "-", flexible: true },
          { title: "environments", value: (row) => row.environments.join(" > ") || "-", flexible: true },
          { title: "known", value: (row) => sayOrigins(row, style.nowMs), flexible: true },
        ],
        style,
      );
      return [rows, ...broken.map((problem) => style.color("red", sayLines(problem)))].join("\n");
    },
  });

/** A problem may have several lines. */
const sayLines = (text: string): string => text.split("\n").map(printable).join("\n");

const toItem = ({ name, counts, origins }: KnownProject): Item => ({
  project: name,
  team: counts.project?.team ?? null,
  services: Object.keys(counts.project?.services ?? {}),
  environments: counts.project?.environments.map((each) => each.name) ?? [],
  origins: origins.map((each) => toOrigin(each, counts)),
});

export const toOrigin = (known: Known, counts: Known): z.output<typeof originItem> => ({
  ...{ origin: known.origin, place: known.place, at: known.at, problem: known.problem },
  counts: known === counts,
});

/** `registered 2 d ago, found in /srv/shop` */
const sayOrigins = ({ origins }: Item, nowMs: number): string =>
  origins
    .map(({ origin, place, at, problem }) => {
      if (problem !== null) return `cannot be read (${place ?? origin})`;
      if (origin !== "registered") return place === null ? origin : `${origin} in ${place}`;
      return at === null ? origin : `${origin} ${sayAgo(at, nowMs)}`;
    })
    .join(", ");
