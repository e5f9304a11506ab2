/** Opens a place for backups by its URL. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ViceError } from "../../kit/errors.ts";
import type { BlobStore } from "../../ports/blob-store.ts";
import { fileBlobs } from "./file.ts";
import { s3Blobs } from "./s3.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const SCHEMES: Readonly<Record<string, (url: string, environment: Environment) => BlobStore>> = {
  "file:": (url) => fileBlobs(pathOf(url)),
  "s3:": (url, environment) => s3Blobs(url, environment),
};

/**
 * `file:///path`, a plain path, or `s3://bucket/prefix` (with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
 * AWS_REGION and, for compatible servers, AWS_ENDPOINT_URL).
 * @throws ViceError `input.invalid`, `auth.required`
 */
export function openBlobStore(url: string, environment: Environment = process.env): BlobStore {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined) return fileBlobs(resolve(url));
  const open = SCHEMES[`${scheme}:`];
  if (open !== undefined) return open(url, environment);
  const hint = "Known: file:///path, a plain path, s3://bucket/prefix.";
  throw new ViceError("input.invalid", { message: `There is no way to keep backups at ${scheme}://.`, hint });
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    const hint = "Write it with three slashes: file:///path/to/folder";
    throw new ViceError("input.invalid", { message: `${url} names no folder on this machine.`, hint });
  }
}
