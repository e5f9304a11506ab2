// Bundles a script that a test starts many times, as dist/ is bundled: it starts in a fraction of the time that its sources take.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");
/** Below the checkout, where the packages are found. */
const place = join(root, ".cache");
const workers = ["src/adapters/store/sqlite/checkpoint.worker.ts"];

export interface BundledChild {
  file: string;
  remove(): void;
}

/** @param script a file in test/ */
export async function bundledChild(script: string): Promise<BundledChild> {
  mkdirSync(place, { recursive: true });
  const outdir = mkdtempSync(join(place, "child-"));
  await build({
    absWorkingDir: root,
    entryPoints: [
      { in: join(root, "test", script), out: "child" },
      ...workers.map((file) => ({ in: file, out: `workers/${/(\w+)\.worker/.exec(file)?.[1]}` })),
    ],
    outdir,
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "silent",
  });
  return {
    file: join(outdir, "child.js"),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}
