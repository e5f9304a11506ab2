/** The built page in memory: listed once, read and compressed when first asked for. Nothing outside the list exists. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

export interface PageFile {
  contentType: string;
  /** Of the content, quoted, as ETag wants it. */
  etag: string;
  /** Its name changes with its content. */
  immutable: boolean;
  plain: Buffer;
  br: Buffer | null;
  gzip: Buffer | null;
}

export interface PageFiles {
  /** @param path from the root of the page, with a slash first; `null` = there is none */
  get(path: string): Promise<PageFile | null>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};
const COMPRESSED = /^(text|image\/svg|application\/(json|manifest))/;
const MIN_COMPRESSED_BYTES = 1024;

export function pageFilesOf(folder: string | null): PageFiles {
  const paths = new Set(folder === null ? [] : listed(folder));
  const loaded = new Map<string, Promise<PageFile>>();
  return {
    get: async (path) => {
      if (folder === null || !paths.has(path)) return null;
      let file = loaded.get(path);
      if (file === undefined) {
        file = load(folder, path, paths);
        loaded.set(path, file);
      }
      return file;
    },
  };
}

function listed(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    return entries.map((entry) =>
      join(entry.parentPath, entry.name).slice(folder.length).split(sep).join("/"),
    );
  } catch {
    return [];
  }
}

async function load(folder: string, path: string, paths: ReadonlySet<string>): Promise<PageFile> {
  const plain = readFileSync(join(folder, path));
  const contentType = TYPES[extname(path)] ?? "application/octet-stream";
  const worth = COMPRESSED.test(contentType) && plain.length >= MIN_COMPRESSED_BYTES;
  const built = (ending: string): Buffer | null =>
    paths.has(path + ending) ? readFileSync(join(folder, path + ending)) : null;
  return {
    contentType,
    etag: `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`,
    immutable: path.startsWith("/assets/"),
    plain,
    br: built(".br") ?? (worth ? await brotli(plain) : null),
    gzip: built(".gz") ?? (worth ? await promisify(gzip)(plain) : null),
  };
}

const brotli = (plain: Buffer): Promise<Buffer> =>
  promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
