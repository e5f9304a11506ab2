/** Brings the files of a backup into a folder and proves them: sizes, hashes, the hash chain and the counts. */
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ViceError } from "../../../kit/errors.ts";
import type { BlobStore } from "../../../ports/blob-store.ts";
import type { Services } from "../../../ports/services.ts";
import type { FoundBackup } from "./find-backups.ts";
import { countsOf } from "./make-backup.ts";
import type { BackupFile, Counts, Manifest } from "./manifest.ts";
import { measured } from "./measured.ts";

type Progress = (share: number | null, what: string) => void;

/** @throws ViceError `data.invalid` for a file that is cut, altered or missing */
export async function fetchFiles(
  place: BlobStore,
  backup: FoundBackup,
  manifest: Manifest,
  into: string,
  progress: Progress,
): Promise<void> {
  const total = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  for (const file of manifest.files) {
    await fetchFile(place, backup, file, join(into, file.path), (bytes) =>
      progress((done + bytes) / Math.max(total, 1) / 2, "fetching"),
    );
    done += file.bytes;
  }
}

async function fetchFile(
  place: BlobStore,
  backup: FoundBackup,
  file: BackupFile,
  path: string,
  seen: (bytes: number) => void,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const { stream, result } = measured((bytes) => {
    if (bytes > file.bytes) stream.destroy(new Error("it is longer than it was"));
    seen(bytes);
  });
  const name = backup.folder + file.object;
  try {
    await pipeline(
      await place.get(name),
      createGunzip(),
      stream,
      createWriteStream(path, { mode: 0o600, flush: true }),
    );
  } catch (problem) {
    throw damaged(backup, file, problem);
  }
  const { sha256, bytes } = result();
  if (bytes !== file.bytes)
    throw damaged(backup, file, new Error(`it has ${bytes} bytes instead of ${file.bytes}`));
  if (sha256 !== file.sha256)
    throw damaged(backup, file, new Error("its SHA-256 is another one than the manifest says"));
}

/** The place, not the backup, may be at fault: that is told as it is. */
function damaged(backup: FoundBackup, file: BackupFile, problem: unknown): unknown {
  const missing = problem instanceof ViceError && problem.code === "not-found";
  const local = problem instanceof Error && "syscall" in problem;
  if ((problem instanceof ViceError && !missing) || local) return problem;
  const what = missing ? "it is missing" : problem instanceof Error ? problem.message : String(problem);
  return new ViceError(
    "data.invalid",
    {
      message: `${file.object} of the backup ${backup.url} is cut or altered: ${what}. Nothing was changed.`,
      hint: "Take another backup: vice data backups <URL>",
    },
    problem,
  );
}

/** What was proven about a store. */
export interface Proof {
  counts: Counts;
  seq: number;
  head: string;
}

/** @throws ViceError `data.invalid` when chain or counts are not those of the manifest; `store.newer`, `store.damaged` */
export async function proveStore(
  services: Pick<Services, "openStore">,
  manifest: Manifest,
  folder: string,
  progress: Progress,
): Promise<Proof> {
  const found = manifest.files.find((file) => file.role === "store");
  const refuse = (problem: string): ViceError =>
    new ViceError("data.invalid", {
      message: `The backup is not what its manifest says: ${problem}. Nothing was changed.`,
    });
  if (found === undefined) throw refuse("it has no store");
  const file = join(folder, found.path);
  const store = services.openStore(file, "read");
  try {
    const expected = { seq: manifest.seq, hash: manifest.head };
    const result = await store.log.verify(manifest.seq === 0 ? null : expected, (share) =>
      progress(0.5 + share / 2, "verifying the log"),
    );
    if (!result.ok) throw refuse(result.problem);
    if (result.head.seq !== manifest.seq)
      throw refuse(`the log ends at ${result.head.seq} instead of ${manifest.seq}`);
    const counts = countsOf(store);
    for (const key of ["events", "deliveries", "activities"] as const) {
      if (counts[key] !== manifest.counts[key])
        throw refuse(`${counts[key]} ${key} instead of ${manifest.counts[key]}`);
    }
    return { counts, seq: result.head.seq, head: result.head.hash };
  } finally {
    store.close();
    for (const tail of ["-wal", "-shm"]) await rm(file + tail, { force: true });
  }
}
