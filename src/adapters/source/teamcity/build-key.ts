/** What names a TeamCity build: its id, or what stands in for it where an administrator left the id out. */
import type { ObjectKey } from "../../../domain/transition.ts";
import { text, webHost } from "../shaping.ts";

/** Where to look: fields of either dialect. */
export interface BuildNames {
  id: unknown;
  buildTypeId: unknown;
  number: unknown;
  serverUrl: unknown;
}

/**
 * The id, because it alone is there from the queue to the end and never changes (REST API "Build": the number is null in
 * the queue, `N/A` for a build canceled there, and a build may set it while it runs). `<buildTypeId>#<number>` only
 * where no id came.
 * @returns `null` when neither is there
 */
export function keyOf(names: BuildNames, instance: string | null): ObjectKey | null {
  const externalId = text(names.id) ?? numberKey(text(names.buildTypeId), text(names.number));
  if (externalId === null) return null;
  return {
    identityKind: "build",
    source: "teamcity",
    instance: instance ?? webHost(names.serverUrl) ?? "teamcity",
    externalId,
    attempt: 1,
  };
}

const numberKey = (buildTypeId: string | null, number: string | null): string | null =>
  buildTypeId === null || number === null || number === "N/A" ? null : `${buildTypeId}#${number}`;

/** The number as a version, where it looks like one: `1.4.2` and `2026.11.3-main` do, the counter `43` does not. */
export function versionOfNumber(number: unknown): string | null {
  const given = text(number);
  return given !== null && /^v?\d+(\.\d+)+([-+.][\w.+-]+)?$/.test(given) ? given : null;
}
