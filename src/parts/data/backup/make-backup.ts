/** Makes a backup while writing goes on: spool, configuration and a consistent copy of the store, then the manifest. */
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { BlobStore } from "../../../ports/blob-store.ts";
import type { Services } from "../../../ports/services.ts";
import { HEADS, noteHead } from "../log/heads.ts";
import { noteBackup } from "./last-backup.ts";
import { leaveOutSecrets } from "./leave-out-secrets.ts";
import { type BackupFile, type Counts, FORMAT, folderName, MANIFEST, type Manifest } from "./manifest.ts";
import { measured } from "./measured.ts";

export interface BackupMade {
  /** URL of this backup. */
  url: string;
  manifest: Manifest;
  /** Bytes that the place holds now. */
  storedBytes: number;
}

export interface BackupContext {
  services: Services;
  now: () => number;
  progress: (share: number | null, what: string) => void;
  /** Who asked for it, for the audit log. */
  actor: string | null;
}

const CONFIG = "vice.server.yaml";
const SECRETS = "secrets.json";

/**
 * Writes one folder of gzipped objects below `url`. What was acknowledged when it began is in it: a spool line is read
 * before the store, so that one drained meanwhile is there twice rather than never, which does no harm.
 * @throws ViceError `input.invalid`, `auth.required`, `outside.unreachable`, `store.unavailable`
 */
export async function makeBackup(
  url: string,
  { services, now, progress, actor }: BackupContext,
): Promise<BackupMade> {
  const place = services.openBlobs(url);
  const { home } = services.config;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(home, ".backup-"));
  try {
    const folder = folderName(now(), services.store.log.head().seq);
    const writer = createWriter(place, folder);
    await addSpool(writer, home);
    await addIfThere(writer, { path: HEADS, role: "heads" }, join(home, HEADS));
    const secretsLeftOut = [...(await addConfig(writer, services.config.file)), ...(await keptSecrets(home))];
    const copy = await copyStore(services, scratch, progress);
    await writer.add({ path: copy.name, role: "store" }, createReadStream(copy.file), (bytes) =>
      progress(0.5 + bytes / Math.max(copy.bytes, 1) / 2, "sending the store"),
    );
    const { head, counts } = copy;
    const createdAt = new Date(now()).toISOString();
    const manifest: Manifest = {
      ...{ format: FORMAT, version: services.version, createdAt, seq: head.seq, head: head.hash, counts },
      ...{ files: writer.files, secretsLeftOut },
    };
    const text = Readable.from([Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)]);
    const storedBytes = writer.stored() + (await place.put(`${folder}/${MANIFEST}`, text));
    const made = { url: `${place.url.replace(/\/+$/, "")}/${folder}`, manifest, storedBytes };
    await tell(made, services, createdAt, actor);
    return made;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function tell(made: BackupMade, services: Services, time: string, actor: string | null): Promise<void> {
  const { seq, head } = made.manifest;
  const data = { url: made.url, seq, head, bytes: made.storedBytes };
  const event = { type: "vice.backup.made.v1", source: "/commands", subject: null, time, data } as const;
  await services.log.append({
    delivery: null,
    events: [{ ...event, actor, traceparent: null, delivery: null }],
  });
  noteHead(services, Date.parse(time));
  noteBackup(services, time);
}

interface Writer {
  add(
    file: Pick<BackupFile, "path" | "role">,
    content: Readable,
    seen?: (bytes: number) => void,
  ): Promise<void>;
  files: BackupFile[];
  stored: () => number;
}

function createWriter(place: BlobStore, folder: string): Writer {
  const files: BackupFile[] = [];
  let stored = 0;
  return {
    files,
    stored: () => stored,
    add: async ({ path, role }, content, seen) => {
      const object = `${path}.gz`;
      const { stream, result } = measured(seen);
      const zipped = createGzip({ level: 4 });
      const [, bytes] = await Promise.all([
        pipeline(content, stream, zipped),
        place.put(`${folder}/${object}`, zipped),
      ]);
      stored += bytes;
      files.push({ path, role, object, ...result() });
    },
  };
}

/** Up to the size that it has now: a writer may be adding lines. */
async function addIfThere(
  writer: Writer,
  file: Pick<BackupFile, "path" | "role">,
  from: string,
): Promise<void> {
  const found = await stat(from).catch(() => null);
  if (found === null || !found.isFile() || found.size === 0) return;
  await writer.add(file, createReadStream(from, { end: found.size - 1 }));
}

async function addSpool(writer: Writer, home: string): Promise<void> {
  const names = await readdir(join(home, "spool")).catch(() => []);
  for (const name of names.filter((each) => each.endsWith(".ndjson"))) {
    await addIfThere(writer, { path: `spool/${name}`, role: "spool" }, join(home, "spool", name));
  }
}

/** Whose secrets were made here (`vice source connect`): the file that holds them is never part of a backup. */
async function keptSecrets(home: string): Promise<string[]> {
  const text = await readFile(join(home, SECRETS), "utf8").catch(() => null);
  if (text === null) return [];
  try {
    return Object.keys(Object(JSON.parse(text))).map((name) => `${SECRETS}: ${name}`);
  } catch {
    return [SECRETS];
  }
}

/** A file that cannot be read as YAML could hide a secret, so it stays out. */
async function addConfig(writer: Writer, file: string | null): Promise<string[]> {
  if (file === null) return [];
  try {
    const { text, leftOut } = leaveOutSecrets(await readFile(file, "utf8"));
    await writer.add({ path: CONFIG, role: "config" }, Readable.from([Buffer.from(text)]));
    return leftOut;
  } catch (problem) {
    if (problem instanceof Error && (problem.name === "YAMLParseError" || "syscall" in problem))
      return [`${basename(file)} (whole)`];
    throw problem;
  }
}

interface Copy {
  file: string;
  name: string;
  bytes: number;
  head: { seq: number; hash: string };
  counts: Counts;
}

/** The head and the counts are read from the copy, for the log goes on meanwhile. */
async function copyStore(
  services: Services,
  scratch: string,
  progress: BackupContext["progress"],
): Promise<Copy> {
  const name = basename(services.store.maintenance.health().file);
  const file = join(scratch, name);
  await services.store.maintenance.copyTo(file, (share) => progress(share / 2, "copying the store"));
  const { size } = await stat(file);
  const store = services.openStore(file, "read");
  try {
    return { file, name, bytes: size, head: store.log.head(), counts: countsOf(store) };
  } finally {
    store.close();
  }
}

export function countsOf(store: Services["store"]): Counts {
  const { seq, deliveries, activities } = store.maintenance.health();
  return { events: seq, deliveries, activities };
}
