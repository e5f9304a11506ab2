/** Where a Jenkins run belongs: which Jenkins, which job; read from the addresses that all dialects bring. */
import { text, webUrl } from "../shaping.ts";

/** `job/team/job/shop/17/` or a full address: `team/shop`. Names are decoded once, as Jenkins' own full names are. */
export function jobOfUrl(url: unknown): string | null {
  const path = text(url, 2000)?.replace(/[?#].*$/s, "") ?? "";
  const names = [...path.matchAll(/(?:^|\/)job\/([^/]+)/g)].map(([, name = ""]) => decoded(name));
  return names.length === 0 ? null : names.join("/");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `http://ci.example.com/jenkins/job/shop/17/` -> `http://ci.example.com/jenkins/`. */
export function rootOfUrl(fullUrl: unknown): string | null {
  const url = webUrl(fullUrl);
  const at = url === null ? -1 : url.search(/\/job\//);
  return url === null || at === -1 ? null : url.slice(0, at + 1);
}

/** Host, port and path of a Jenkins: several may live below one host. */
export function instanceOfRoot(root: unknown): string | null {
  const url = webUrl(root);
  if (url === null) return null;
  const { host, pathname } = new URL(url);
  return `${host}${pathname.replace(/\/+$/, "")}`.toLowerCase();
}

/** The path of a job below the root: `team/shop` -> `job/team/job/shop`. */
export const pathOfJob = (fullName: string): string =>
  fullName
    .split("/")
    .filter((name) => name !== "")
    .map((name) => `job/${encodeURIComponent(name)}`)
    .join("/");
