/** The schema of `vice.yaml`: what a project says about its services, environments and how it is deployed. Pure. */
import { z } from "zod";
import { TIERS } from "../activity.ts";
import { DEPLOY_KEYS, deployOptionsSchema, LIMITED_STEPS } from "../deploy/options-schema.ts";
import { parseDuration } from "../duration.ts";
import { valuesSchema } from "../values/values-schema.ts";
import { freezeSchema } from "./freeze-schema.ts";
import { observeSchema } from "./observe-schema.ts";

const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !/\p{Cc}/u.test(text), "a name has one line, without control characters");

/** What parts of vice that come later read more closely; their own keys are theirs. */
const open = z.record(z.string(), z.unknown());

/** Keys of which exactly one must be there. */
const oneOf =
  (what: string, keys: readonly string[]) =>
  (value: object, ctx: z.RefinementCtx): void => {
    if (ctx.issues.length > 0) return; // a key that nobody knows was meant to be one of them
    const given = keys.filter((key) => Object.hasOwn(value, key));
    if (given.length === 1) return;
    const got = given.length === 0 ? "none" : given.join(" and ");
    ctx.addIssue({ code: "custom", message: `${what} has exactly one of ${keys.join(", ")}; got ${got}` });
  };

const ARTIFACTS = {
  npm: "A package: example-shop, or {name, registry}",
  folder: "A folder of the repository",
  git: "A repository; the version is a tag, branch or commit",
  tarball: "An archive: a path or an address",
  oci: "An image: registry.example.com/shop",
} as const;

const TARGETS = {
  command: "A command of yours that deploys: a text or a list of words",
  process: "A process on this machine, kept running by vice",
  trigger: "A job of a tool that deploys, started and followed by vice",
} as const;

const said = z.union([z.string().min(1), z.array(z.string()).min(1), open]);

const kinds = <K extends string>(table: Readonly<Record<K, string>>) =>
  Object.fromEntries(
    Object.entries<string>(table).map(([key, about]) => [key, said.optional().describe(about)]),
  ) as Record<K, z.ZodOptional<typeof said>>;

const artifact = z
  .strictObject({
    ...kinds(ARTIFACTS),
    digest: z
      .string()
      .refine(
        (text) => /^[a-z0-9]+:[0-9a-f]{32,}$/.test(text),
        "a digest is like sha256: and its hexadecimal digits",
      )
      .optional()
      .describe("Nothing but these very bytes: sha256:..."),
  })
  .superRefine(oneOf("an artifact", Object.keys(ARTIFACTS)));

const target = z.strictObject(kinds(TARGETS)).superRefine(oneOf("a target", Object.keys(TARGETS)));

/** A list, or {every, checks}; each kind of check has its own form. */
const checks = z.union([z.array(open), open]);

const notices = z.union([z.array(open), open]);

/** Kept as it is written: layers are merged before it is read. */
const deployOptions = open.superRefine((given, ctx) => {
  const parsed = deployOptionsSchema.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) {
    const { path, code } = issue;
    const known = path.length === 0 ? DEPLOY_KEYS : LIMITED_STEPS;
    const message =
      code === "unrecognized_keys"
        ? `there is no ${issue.keys.join(", ")}; there are ${known.join(", ")}`
        : issue.message;
    ctx.addIssue({ code: "custom", message, path });
  }
});

/** What may be said for the whole project, for a service, and for an environment; the nearer one wins. */
const layered = {
  deploy: deployOptions.optional().describe("How it is deployed: rollback, wait, timeouts, supersede"),
  observe: observeSchema.optional().describe("Where what runs there says its version; asked again and again"),
  verify: checks.optional().describe("Checks that say whether it works"),
  config: valuesSchema.optional().describe("Values and secrets of the application"),
  pipeline: open.optional().describe("Steps as a graph"),
  notify: notices.optional().describe("Who is told what"),
};

const what = {
  artifact: artifact.optional().describe("What is deployed"),
  target: target.optional().describe("Where it is deployed to, and how"),
};

const service = z.strictObject({
  path: z.string().min(1).optional().describe("Folder of the service in the repository"),
  description: z.string().optional(),
  ...what,
  ...layered,
});

const duration = (value: string, ctx: z.RefinementCtx): number | null => {
  if (value === "never") return null;
  const ms = parseDuration(value);
  if (ms === null)
    ctx.addIssue({ code: "custom", message: `"${value}" is no duration; write 30m, 24h or 7d` });
  return ms;
};

const approvals = z.strictObject({
  count: z.int().min(1).max(20).default(1).describe("How many must agree, none of them who asked"),
  roles: z.array(name).default([]).describe("Roles that may agree; empty = whoever may approve"),
  expires: z
    .string()
    .default("24h")
    .describe("How long an approval counts: 24h, or never")
    .transform(duration),
});

const environment = {
  tier: z.enum(TIERS).optional().describe("What it is for; guessed from the name when not said"),
  promote: z
    .boolean()
    .default(true)
    .describe("Only versions that succeeded in the environment below it (the first one has none below)"),
  after: z
    .union([name, z.array(name)])
    .optional()
    .describe("Instead: the environments in which a version must have succeeded"),
  approvals: z.union([z.int().min(1).max(20), approvals]).optional(),
  freeze: z.array(freezeSchema).default([]).describe("When nothing is deployed"),
  maxCommits: z.int().min(1).optional().describe("Most commits in one deployment"),
  maxLines: z.int().min(1).optional().describe("Most lines that one deployment adds and deletes together"),
  values: z
    .strictObject({
      ...what,
      ...layered,
      services: z
        .record(z.string(), z.strictObject({ ...what, ...layered }))
        .optional()
        .describe("The same for one service"),
    })
    .optional()
    .describe("What differs here; keys are merged, lists are replaced"),
};
const named = z.strictObject({ name, ...environment });
const unnamed = z.strictObject(environment).nullable();

export const projectSchema = z.strictObject({
  version: z.literal(1),
  project: name.describe("Name of the project"),
  team: name.optional().describe("Who owns it"),
  services: z.record(z.string(), service.nullable()).default({}).describe("What is deployed, by name"),
  environments: z
    .union([z.array(z.union([name, named])), z.record(z.string(), unnamed)])
    .default([])
    .describe("In the order of promotion; the first one is the default"),
  ...layered,
});
export type ProjectFile = z.output<typeof projectSchema>;
export type ProjectInput = z.input<typeof projectSchema>;
