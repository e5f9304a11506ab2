// A home with artifacts for tests: files are put below its root, and what is brought can be looked at.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createArtifacts } from "../src/adapters/artifact/index.ts";
import type { Artifacts, ResolvedArtifact } from "../src/ports/artifact.ts";

export class ArtifactHouse {
  readonly root = mkdtempSync(join(tmpdir(), "vice-artifacts-"));
  readonly home = join(this.root, "home");
  readonly env = { PATH: process.env["PATH"], HOME: "/nonexistent" };
  artifacts: Artifacts = createArtifacts({ home: this.home, env: this.env });
  #brought = 0;

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  at(path: string): string {
    return join(this.root, path);
  }

  put(path: string, text: string): void {
    mkdirSync(this.at(join(path, "..")), { recursive: true });
    writeFileSync(this.at(path), text);
  }

  resolve(spec: unknown, version: string | null = null): Promise<ResolvedArtifact> {
    return this.artifacts.resolve({ spec, version, cwd: this.root }, new AbortController().signal);
  }

  /** @returns the folder in which it is */
  async bring(artifact: ResolvedArtifact): Promise<string> {
    this.#brought += 1;
    const folder = this.at(`brought-${this.#brought}`);
    mkdirSync(folder);
    await this.artifacts.fetch(artifact, folder, new AbortController().signal);
    return folder;
  }

  keptAt({ digest }: ResolvedArtifact): string {
    return join(this.home, "artifacts", digest.replace(":", "-"));
  }

  kept(): string[] {
    return readdirSync(join(this.home, "artifacts"));
  }
}

export const namesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
