/** The manifest of a backup: what it holds, with hashes; written last, so that a backup without one is none. */
import { z } from "zod";

export const FORMAT = 1;
export const MANIFEST = "manifest.json";

/** A path inside the home and inside the backup: no way out of either. */
const path = z
  .string()
  .max(300)
  .regex(/^[\w.-]+(?:\/[\w.-]+)*$/)
  .refine((text) => !text.split("/").some((part) => part === "." || part === ".."));

const file = z.strictObject({
  /** Where it stood below the home. */
  path,
  role: z.enum(["store", "spool", "config", "heads"]),
  /** Name of the object beside the manifest: the content, gzipped. */
  object: path,
  /** Of the content before gzip. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
});
export type BackupFile = z.infer<typeof file>;

export const countsSchema = z.strictObject({
  events: z.int().nonnegative(),
  deliveries: z.int().nonnegative(),
  activities: z.int().nonnegative(),
});
export type Counts = z.infer<typeof countsSchema>;

export const manifestSchema = z.object({
  format: z.int().positive(),
  /** Of the vice that made it. */
  version: z.string(),
  createdAt: z.string(),
  /** The head of the log: what `audit verify` must find on the way back. */
  seq: z.int().nonnegative(),
  head: z.string().regex(/^[0-9a-f]{64}$/),
  counts: countsSchema,
  files: z.array(file).min(1).max(10_000),
  /** Keys of the configuration that held secrets and were left out. */
  secretsLeftOut: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Sorts by time: `vice-20261120T110000123Z-42`. */
export const folderName = (nowMs: number, seq: number): string =>
  `vice-${new Date(nowMs).toISOString().replace(/[-:.]/g, "")}-${seq}`;
