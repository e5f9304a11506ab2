/** `vice manifest`: what a deployment brought, or what lies between any two releases of a service. */
import { z } from "zod";
import { STATUSES } from "../../../domain/activity.ts";
import type { Lines } from "../../../domain/commits/commit.ts";
import type { Command, CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import { knownProjects } from "../../config/index.ts";
import { bringCommits, bringLines, knownService } from "../../data/index.ts";
import { deploymentsOf, findRelease, type NamedRelease, releaseOf } from "./find-release.ts";
import { rawOf, summarisedOf } from "./formats.ts";
import { contentsOf } from "./read-manifest.ts";
import { sayMarkdown, sayText } from "./say-manifest.ts";

export const FORMATS = ["text", "markdown", "json", "raw", "summarised"] as const;

const named = z.string().trim().min(1).describe("A commit, version, deployment or environment");

const input = z.object({
  service: z.string().trim().min(1).describe("Service or project"),
  environment: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("Where it runs; default: the only place, or production"),
  from: named.optional(),
  to: named.optional(),
  format: z
    .enum(FORMATS)
    .default("text")
    .describe("raw = as GitHub lists commits, summarised = author, message, url"),
});

const text = z.string().nullable();
const release = z.strictObject({
  ...{ sha: text, version: text, environment: text, tenant: text },
  ...{ deployment: text, at: text },
});
const person = z.strictObject({ name: text, login: text });
const thing = z.strictObject({
  name: z.string(),
  title: text,
  url: text,
  status: z.enum(STATUSES).nullable(),
  activity: text.describe("Id of the activity; null = no tool told of it"),
});

export const manifestSchema = z.strictObject({
  service: z.string(),
  environment: text,
  format: z.enum(FORMATS),
  from: release.nullable().describe("What ran before; null = nothing did"),
  to: release.nullable(),
  commits: z
    .array(
      z.strictObject({
        sha: z.string(),
        subject: z.string(),
        message: z.string(),
        author: person.nullable(),
        committedAt: text,
        url: text,
        isMerge: z.boolean(),
        changes: z.array(z.string()),
        tickets: z.array(z.string()),
        reverts: z.array(z.string()),
      }),
    )
    .nullable()
    .describe("Newest first; null = not known, see reason"),
  takenBack: z.int().nullable().describe("Commits of the former release that are no longer there"),
  lines: z
    .strictObject({ added: z.int(), deleted: z.int(), files: z.int() })
    .nullable()
    .describe("Lines that changed between the two; null = nobody counted them"),
  changes: z.array(thing),
  tickets: z.array(thing),
  authors: z.array(z.strictObject({ name: z.string(), commits: z.int() })).describe("By name"),
  reason: text.describe("Why the commits are not known"),
  missing: z.array(z.string()).describe("Commits that would have to be known"),
  hint: text.describe("What brings them"),
});
export type Manifest = z.output<typeof manifestSchema>;

const output = z.union([manifestSchema, z.array(z.looseObject({}))]);

type Context = CommandContext<Services>;
/** So long the answer waits for lines, which are told beside what was asked. */
const LINES_MS = 5000;
type Input = z.output<typeof input>;

export const manifest: Command<Services, typeof input, typeof output> = {
  id: "viz.manifest",
  words: ["manifest"],
  part: "viz",
  summary: "Show what changed: commits, changes, tickets and authors between two releases of a service.",
  examples: [
    "vice manifest shop",
    "vice manifest shop prod-eu --format markdown",
    "vice manifest shop --from v1.4.1 --to staging",
    "vice manifest shop --format summarised > manifest.json",
  ],
  effect: "read",
  positional: ["service", "environment"],
  input,
  output,
  http: { method: "GET", path: "/v1/manifest/:service" },
  run: async (asked, ctx) => {
    const { services, now } = ctx;
    knownService(services, asked.service, now());
    const between = releasesOf(asked, ctx);
    const found = await contentsFor(asked.service, between, ctx);
    if (asked.format === "raw" || asked.format === "summarised") return listOf(asked.format, found, ctx);
    return { service: asked.service, format: asked.format, ...between, ...found };
  },
  text: (result) => {
    if (Array.isArray(result)) return JSON.stringify(result, null, 4);
    const { format } = result;
    if (format === "json") return JSON.stringify(result, null, 2);
    return format === "markdown" ? sayMarkdown(result) : sayText(result);
  },
};

type Found = Awaited<ReturnType<typeof contentsFor>>;

/** @throws ViceError `not-found`: a list that is not known is no empty list */
function listOf(format: "raw" | "summarised", { commits, reason, hint }: Found, { services }: Context) {
  if (commits === null)
    throw new ViceError("not-found", {
      message: `The commits are not known: ${reason}.`,
      ...(hint === null ? {} : { hint }),
    });
  if (format === "summarised") return summarisedOf(commits);
  return rawOf(commits, (sha) => services.store.commits.get(sha)?.parents ?? []);
}

interface Between {
  environment: string | null;
  from: NamedRelease | null;
  to: NamedRelease | null;
}

function releasesOf({ service, environment, from, to }: Input, { services, now }: Context): Between {
  const ctx = { services, service, nowMs: now() };
  if (from !== undefined && to !== undefined && environment === undefined)
    return { environment: null, from: findRelease(from, ctx), to: findRelease(to, ctx) };
  const place = placeFor(service, environment, ctx);
  const here = deploymentsOf(ctx, place ?? undefined);
  const given = to === undefined ? null : findRelease(to, ctx);
  const end = given ?? (here[0] === undefined ? null : releaseOf(here[0]));
  if (from !== undefined) return { environment: place, from: findRelease(from, ctx), to: end };
  // A failed deployment is compared with what ran when it came, and that of a tenant with what ran for this tenant.
  const before = here.find(
    ({ commitSha, version, occurredAt, tenant }) =>
      (commitSha !== end?.sha || version !== end?.version) &&
      (end === null || end.deployment === null || tenant === end.tenant) &&
      (end === null || end.at === null || occurredAt < end.at),
  );
  return { environment: place, from: before === undefined ? null : releaseOf(before), to: end };
}

/** @throws ViceError `usage` when it is not clear which place is meant */
function placeFor(
  service: string,
  asked: string | undefined,
  { services, nowMs }: { services: Services; nowMs: number },
): string | null {
  if (asked !== undefined) return asked;
  const places = services.store.read.status({ service }, nowMs).filter(({ running }) => running !== null);
  const production = places.filter(({ tier }) => tier === "production");
  const names = (list: typeof places): string[] => [
    ...new Set(list.flatMap(({ environment }) => environment ?? [])),
  ];
  const [only, ...others] = names(production.length > 0 ? production : places);
  if (only === undefined || others.length === 0) return only ?? null;
  throw new ViceError("usage", {
    message: `${service} runs in several places: ${[only, ...others].join(", ")}.`,
    hint: `Name one: vice manifest ${service} ${only}`,
  });
}

async function contentsFor(service: string, between: Between, ctx: Context) {
  const found = await commitsFor(service, between, ctx);
  return { ...found, lines: await linesFor(service, between, ctx) };
}

/** Counted where the commits are read. A reader is told what is known. */
async function linesFor(service: string, { from, to }: Between, ctx: Context): Promise<Lines | null> {
  const { services, now, principal, signal } = ctx;
  const [base, head] = [from?.sha ?? null, to?.sha ?? null];
  if (base === null || head === null) return null;
  const known = services.store.commits.lines(base, head);
  if (known !== null || !principal.scopes.some((scope) => scope !== "read")) return known;
  const soon = AbortSignal.any([signal, AbortSignal.timeout(LINES_MS)]);
  return bringLines({ services, now, signal: soon }, { ...repositoryOf(service, ctx), base, head });
}

/** Reads them; what is not known is brought in first, where somebody may write and there is a place to bring it from. */
async function commitsFor(service: string, between: Between, ctx: Context) {
  const { services, now, principal, signal } = ctx;
  const read = () => contentsOf(services.store.commits, between, now());
  const found = read();
  if (found.missing.length === 0) return { ...found, hint: null };
  const wanted = {
    ...repositoryOf(service, ctx),
    base: between.from?.sha ?? "",
    head: between.to?.sha ?? "",
  };
  const hint = `Bring them from a clone: vice data import git ${wanted.folders[0] ?? "FOLDER"}${wanted.repository === null ? "" : `, or connect ${new URL(wanted.repository).host} (sources in vice.server.yaml)`}.`;
  if (!principal.scopes.some((scope) => scope !== "read")) return { ...found, hint };
  const { isKnown, problems } = await bringCommits({ services, now, signal }, wanted);
  if (isKnown) return { ...read(), hint: null };
  return { ...found, hint: [...problems, hint].join("\n") };
}

/** Where its commits may be read: its repository, and the folder of its registered project. */
export function repositoryOf(
  service: string,
  { services, now }: Pick<Context, "services" | "now">,
): { repository: string | null; folders: string[] } {
  const { items } = services.store.read.activities({ service }, 50, null, now());
  const repository = items.find((each) => each.repository !== null)?.repository ?? null;
  const folders = knownProjects(services.store.standing, []).flatMap(({ counts: { project, place } }) =>
    project !== null && place?.startsWith("/") === true && Object.hasOwn(project.services, service)
      ? [place]
      : [],
  );
  return { repository: repository !== null && URL.canParse(repository) ? repository : null, folders };
}
