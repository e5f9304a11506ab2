/** What stands behind `trigger:` in vice.yaml: one vendor with its words, and texts in which the release is filled in. */
import { z } from "zod";
import { fill, mapTexts, textsIn } from "../../../domain/pipeline/template.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Release, TargetPlace } from "../../../ports/target.ts";

/** Credentials belong to an address, so nothing is filled into it. */
export const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => !text.includes("{{"), "nothing can be filled into an address")
  .refine((text) => {
    const { username, password, search, hash } = new URL(text);
    return username + password + search + hash === "";
  }, "an address has no user, password or query; tokens stand in vice.server.yaml or VICE_TRIGGER_TOKEN_<VENDOR>")
  .transform((text) => text.replace(/\/+$/, ""));

export const text = z.string().min(1);

/** Values that become texts. */
export const texts = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .default({});

/** How a name stands in a text. */
export const hole = (name: string): string => `\${{ ${name} }}`;

const NAMES = ["version", "commit", "service", "environment", "project", "key", "run"] as const;
const HOLE = /\$\{\{\s*(.*?)\s*\}\}/gs;

/** Names in a template that mean nothing. */
export function checkTemplates(value: unknown, ctx: z.RefinementCtx): void {
  for (const given of textsIn(value)) {
    for (const [, name = ""] of given.matchAll(HOLE)) {
      if ((NAMES as readonly string[]).includes(name)) continue;
      const near = nearest(name, NAMES);
      const meant = near === null ? "" : `; did you mean "${near}"?`;
      const message = `"${hole(name)}" means nothing here; known: ${NAMES.join(", ")}${meant}`;
      ctx.addIssue({ code: "custom", message });
    }
  }
}

export interface Filling {
  place: TargetPlace;
  release: Release;
  key: string;
  run: string;
}

/** @returns the names that nothing is known for as `missing`; their places stay empty */
export function fillIn<Spec>(
  spec: Spec,
  { place, release, key, run }: Filling,
): { spec: Spec; missing: string[] } {
  const values: Record<string, string | null> = {
    ...place,
    version: release.version,
    commit: release.commitSha,
    ...{ key, run },
  };
  const missing = new Set<string>();
  const filled = mapTexts(spec, (given) =>
    fill(given, ([name = ""]) => {
      const value = values[name] ?? null;
      if (value === null) missing.add(name);
      return value ?? "";
    }),
  );
  return { spec: filled as Spec, missing: [...missing] };
}

export const sayMissing = (names: readonly string[]): string =>
  `${names.map(hole).join(" and ")} stands in the trigger, and nothing is known for it; give a version, or take it out`;
