// What is deployed to, in a crash test: a folder with a home, a project, and what can be counted past vice.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { textOf } from "../process-house.ts";

/** What a version does, by its name: `v2-unwell` does not come up, `v2-broken` fails in the switch, `v2-unproved` in the checks. */
export type Ill = "unwell" | "broken" | "unproved";

export interface World {
  name: string;
  root: string;
  env: Record<string, string>;
  /** The project file. */
  project: object;
  /** Steps of the target when all goes well, in order. */
  steps: readonly string[];
  /** What can be seen to go wrong here. */
  ills: readonly Ill[];
  /** There is one port: the former one ends before the new one starts, which so does in the switch. */
  inTurn: boolean;
  /** After a crash somebody knows what was done. */
  knows: boolean;
  /** The version that is there; `null` = nothing. */
  truth: () => Promise<string | null>;
  /** How often something was done, by what must be done once. */
  effects: () => Map<string, number>;
  /** Versions of which something runs; `null` = nobody can see that here. */
  alive: (() => string[]) | null;
  close: () => Promise<void>;
}

export interface Place {
  root: string;
  shop: string;
  env: Record<string, string>;
}

export function openPlace(): Place {
  const root = mkdtempSync(join(tmpdir(), "vice-crash-"));
  const shop = join(root, "shop");
  mkdirSync(shop);
  return { root, shop, env: { PATH: process.env["PATH"] ?? "", VICE_HOME: join(root, "home") } };
}

export const removePlace = ({ root }: Pick<Place, "root">): void =>
  rmSync(root, { recursive: true, force: true, maxRetries: 10 });

export const projectOf = (target: object, verify: readonly object[]): object => ({
  ...{ version: 1, project: "example-shop", environments: ["staging"] },
  services: { shop: { target } },
  verify,
});

/** As the terminal sends it. */
export const inputOf = ({ root, project }: Pick<World, "root" | "project">, more: object): object => ({
  files: [
    {
      ...{ text: JSON.stringify(project), name: "vice.yaml", place: join(root, "shop") },
      ...{ changedAt: null, origin: "found" },
    },
  ],
  service: "shop",
  environment: "staging",
  ...more,
});

export const linesOf = (file: string): string[] => textOf(file).split("\n").slice(0, -1);

export function countOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

export const script = (folder: string, name: string, lines: readonly string[]): string => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o755 });
  return `./${name}`;
};
