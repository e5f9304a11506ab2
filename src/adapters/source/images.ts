/** Container images: which of several is the service's own, and what its name says of the version. */
import type { Artifact } from "../../domain/activity.ts";
import { text } from "./shaping.ts";

export interface Image {
  /** `registry.example.com/shop/web`. */
  name: string;
  tag: string | null;
  digest: string | null;
}

/** `registry:5000/shop/web:1.4.2@sha256:...`; `null` for anything else. */
export function imageOf(value: unknown): Image | null {
  const [, name, tag = null, digest = null] =
    /^((?:[^/:@\s]+(?::\d+)?\/)?[^:@\s]+)(?::([\w][\w.-]*))?(?:@([a-z0-9]+:[0-9a-f]{32,}))?$/.exec(
      text(value) ?? "",
    ) ?? [];
  return name === undefined ? null : { name, tag, digest };
}

/** Tags that move say nothing about the version. */
const MOVING = /^(latest|stable|main|master|edge|nightly|dev|prod|production)$/i;

/**
 * The image of the service: the only one, or the one whose last part is the service's name. Of several others none is
 * chosen: a sidecar's version is not the service's.
 */
export function ownImage(images: readonly unknown[], service: string | null): Image | null {
  const known = images.flatMap((value) => imageOf(value) ?? []);
  const names = [...new Set(known.map(({ name }) => name))];
  if (names.length === 1) return known.at(-1) ?? null;
  const own = known.filter(({ name }) => name.split("/").at(-1)?.toLowerCase() === service?.toLowerCase());
  return own.length === 1 ? (own[0] ?? null) : null;
}

/** Version and artifact that an image stands for. */
export function releaseOf(image: Image | null): { version: string | null; artifact: Artifact | null } {
  if (image === null) return { version: null, artifact: null };
  const { name, tag, digest } = image;
  return { version: tag === null || MOVING.test(tag) ? null : tag, artifact: { name, digest } };
}
