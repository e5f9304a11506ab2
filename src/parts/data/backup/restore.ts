/** Brings a backup back: fetched beside the home, proven, and only then put in place; or thrown away after a drill. */
import { access, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Services } from "../../../ports/services.ts";
import { fetchFiles, type Proof, proveStore } from "./fetch-backup.ts";
import { newestBackup, readManifest } from "./find-backups.ts";
import type { Manifest } from "./manifest.ts";
import { requireEmpty, takeHome } from "./take-home.ts";

export interface RestoreOptions {
  url: string;
  /** Home to fill. */
  home: string;
  force: boolean;
}

const STAGED = ".restoring-";

export type RestoreServices = Pick<Services, "openBlobs" | "openStore" | "lockHome" | "config">;
type Progress = (share: number | null, what: string) => void;

export interface Restored {
  backup: string;
  manifest: Manifest;
  proof: Proof;
  /** Where the former store is; `null` = there was none. */
  aside: string | null;
  tookMs: number;
}

/**
 * The home is only touched after everything was proven. Needs no server and no store.
 * @throws ViceError `conflict` (not empty, without force), `store.busy`, `not-found`, `data.invalid`, `store.newer`
 */
export async function restoreBackup(
  services: RestoreServices,
  { url, home, force }: RestoreOptions,
  now: () => number,
  progress: Progress,
): Promise<Restored> {
  const place = services.openBlobs(url);
  const backup = await newestBackup(place); // before the home: a slip in the address is the likelier mistake
  if (!force) await requireEmpty(home);
  await mkdir(home, { recursive: true, mode: 0o700 });
  const unlock = await services.lockHome(home);
  const began = performance.now();
  await removeLeftovers(home);
  const staged = await mkdtemp(join(home, STAGED));
  try {
    const manifest = await readManifest(place, backup);
    await fetchFiles(place, backup, manifest, staged, progress);
    const proof = await proveStore(services, manifest, staged, progress);
    if (!force) await requireEmpty(home);
    const aside = await takeHome(services, staged, home, manifest, now());
    return { backup: backup.url, manifest, proof, aside, tookMs: Math.round(performance.now() - began) };
  } finally {
    await rm(staged, { recursive: true, force: true });
    unlock();
  }
}

/** A drill: the same way into a folder that is deleted afterwards. The present home is not touched. */
export async function drillBackup(
  services: RestoreServices,
  url: string,
  progress: Progress,
): Promise<Restored> {
  const place = services.openBlobs(url);
  const began = performance.now();
  const staged = await mkdtemp(join(await roomFor(services.config.home), ".drill-"));
  try {
    const backup = await newestBackup(place);
    const manifest = await readManifest(place, backup);
    await fetchFiles(place, backup, manifest, staged, progress);
    const proof = await proveStore(services, manifest, staged, progress);
    return {
      backup: backup.url,
      manifest,
      proof,
      aside: null,
      tookMs: Math.round(performance.now() - began),
    };
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** What a killed restore left behind; the lock says that nobody is at it now. */
async function removeLeftovers(home: string): Promise<void> {
  const left = (await readdir(home)).filter((name) => name.startsWith(STAGED));
  for (const name of left) await rm(join(home, name), { recursive: true, force: true });
}

/** The home's disk has room for stores; a temporary folder may be memory. */
const roomFor = (home: string): Promise<string> =>
  access(home).then(
    () => home,
    () => tmpdir(),
  );
