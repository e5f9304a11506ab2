/** Knows the version of vice: put in by the build, else read from package.json beside dist/. */
import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

declare const __VICE_VERSION__: string | undefined;

export function ownVersion(): string {
  if (typeof __VICE_VERSION__ === "string") return __VICE_VERSION__;
  try {
    const folder = dirname(realpathSync(process.argv[1] ?? ""));
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "..", "package.json"), "utf8"));
    return String(Reflect.get(Object(manifest), "version"));
  } catch {
    return "0.0.0";
  }
}
