/** Port: a place for backups, a folder or a bucket; names are paths with `/` below the URL it was opened with. */
import type { Readable } from "node:stream";

export interface BlobStore {
  /** The place as people know it, without credentials. */
  url: string;
  /** Writes one object whole or not at all, streaming. @returns its size @throws ViceError `outside.unreachable` */
  put(name: string, content: Readable): Promise<number>;
  /** @throws ViceError `not-found`, `outside.unreachable`; a connection that breaks later fails the stream */
  get(name: string): Promise<Readable>;
  /** Names of the objects whose name ends with `suffix`, sorted. */
  list(suffix: string): Promise<string[]>;
}

/**
 * Opens a place by its URL: `file:///path`, a plain path, `s3://bucket/prefix`.
 * @throws ViceError `input.invalid` for another scheme, `auth.required` when credentials are missing
 */
export type OpenBlobStore = (url: string) => BlobStore;
