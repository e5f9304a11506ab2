/** What `vice project show` answers. */
import { z } from "zod";
import { TIERS } from "../../domain/activity.ts";
import { originItem } from "./list-projects.ts";

const environment = z.strictObject({
  name: z.string(),
  tier: z.enum(TIERS).nullable(),
  after: z.array(z.string()).describe("Environments in which a version must have succeeded before"),
  approvals: z
    .strictObject({ count: z.int(), roles: z.array(z.string()), expiresAfterMs: z.number().nullable() })
    .nullable(),
  freezes: z.array(z.record(z.string(), z.unknown())),
  maxCommits: z.int().nullable(),
  maxLines: z.int().nullable(),
});

const origin = z.strictObject({
  key: z.string(),
  value: z.unknown(),
  layer: z.string(),
  at: z.string().describe("File and line, or the keys that lead to it"),
});

export const shownProject = z.strictObject({
  project: z.string(),
  team: z.string().nullable(),
  services: z.array(
    z.strictObject({
      name: z.string(),
      path: z.string().nullable(),
      artifact: z.unknown(),
      target: z.unknown(),
    }),
  ),
  environments: z.array(environment).describe("In the order of promotion"),
  defaultEnvironment: z
    .string()
    .nullable()
    .describe("null = production comes first, or there is none: name it"),
  origins: z.array(originItem),
  effective: z
    .strictObject({
      environment: z.string(),
      service: z.string().nullable(),
      values: z.record(z.string(), z.unknown()),
      origins: z.array(origin),
    })
    .nullable()
    .describe("What holds in the environment that was asked for"),
});
export type ShownProject = z.output<typeof shownProject>;
