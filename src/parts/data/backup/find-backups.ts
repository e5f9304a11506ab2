/** Finds backups at a place and reads their manifests. */
import { text } from "node:stream/consumers";
import { ViceError } from "../../../kit/errors.ts";
import type { BlobStore } from "../../../ports/blob-store.ts";
import { FORMAT, MANIFEST, type Manifest, manifestSchema } from "./manifest.ts";

/** A whole backup: one with a manifest. */
export interface FoundBackup {
  /** Folder below the place, with a closing `/`; `""` when the place is the backup itself. */
  folder: string;
  url: string;
}

/** Oldest first. */
export async function findBackups(place: BlobStore): Promise<FoundBackup[]> {
  const manifests = (await place.list(MANIFEST)).filter(
    (name) => name === MANIFEST || name.endsWith(`/${MANIFEST}`),
  );
  const base = place.url.replace(/\/+$/, "");
  return manifests.map((name) => {
    const folder = name.slice(0, -MANIFEST.length);
    return { folder, url: folder === "" ? base : `${base}/${folder.slice(0, -1)}` };
  });
}

/** @throws ViceError `not-found` when there is none */
export async function newestBackup(place: BlobStore): Promise<FoundBackup> {
  const newest = (await findBackups(place)).at(-1);
  if (newest !== undefined) return newest;
  const hint =
    "A backup has a manifest.json; one that was broken off has none. Make one: vice data backup <URL>";
  throw new ViceError("not-found", { what: "backup", name: place.url, hint });
}

/** @throws ViceError `data.invalid` for a manifest that is cut, altered or of a newer vice */
export async function readManifest(place: BlobStore, backup: FoundBackup): Promise<Manifest> {
  const raw = await text(await place.get(backup.folder + MANIFEST));
  const parsed = manifestSchema.safeParse(parseJson(raw));
  if (!parsed.success) {
    throw new ViceError("data.invalid", {
      message: `The manifest of ${backup.url} is damaged. Nothing was changed.`,
      hint: "Take another backup: vice data backups <URL>",
    });
  }
  if (parsed.data.format > FORMAT) {
    throw new ViceError("data.invalid", {
      message: `The backup ${backup.url} was made by a newer vice (${parsed.data.version}). Nothing was changed.`,
      hint: "Restore it with that version: npm install -g vice-deploy@latest",
    });
  }
  return parsed.data;
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return null;
  }
}
