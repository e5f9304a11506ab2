/** Reads package URLs (purl specification): `pkg:oci/shop@sha256%3A...?repository_url=registry.example.com/shop&tag=1.4.2`. */
import type { Artifact } from "../../../domain/activity.ts";
import { sha, text } from "../shaping.ts";

export interface PurlFacts {
  artifact: Artifact | null;
  version: string | null;
  commitSha: string | null;
}

const NOTHING: PurlFacts = { artifact: null, version: null, commitSha: null };

/** Artifact, version and sha that a purl names; what it does not name is `null`. */
export function purlFacts(value: unknown): PurlFacts {
  const match = /^pkg:\/*([^/]+)\/([^?#]+)(?:\?([^#]*))?/.exec(text(value, 2000) ?? "");
  const [, , path, query = ""] = match ?? [];
  if (path === undefined) return NOTHING;
  const at = path.lastIndexOf("@");
  const name = decode(at < 0 ? path : path.slice(0, at));
  const said = at < 0 ? null : text(decode(path.slice(at + 1)));
  const qualifiers = new URLSearchParams(query);
  const digest = said !== null && /^sha\d+:[0-9a-f]+$/i.test(said) ? said : null;
  const { commitSha } = sha(said);
  return {
    artifact: { name: text(qualifiers.get("repository_url")) ?? text(name), digest },
    version: text(qualifiers.get("tag")) ?? (digest === null && commitSha === null ? said : null),
    commitSha,
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
