/** Shapes values that payloads bring into facts: texts, shas, web addresses, persons and tags that are safe to keep. */
import type { Actor } from "../../domain/activity.ts";

export const MAX_TAGS = 40;
const MAX_TAG_CHARS = 500;
const MAX_NAME_CHARS = 500;
const MAX_URL_CHARS = 2000;
const EMAIL = /[^\s@<>"]@[^\s@<>"]+\.[a-z]{2,}/i;

/** Text or number as trimmed text; `null` for anything else and for nothing. */
export function text(value: unknown, maxChars = MAX_NAME_CHARS): string | null {
  if (typeof value !== "string" && (typeof value !== "number" || !Number.isFinite(value))) return null;
  const trimmed = String(value).trim();
  return trimmed === "" ? null : trimmed.slice(0, maxChars);
}

/** A full sha in `commitSha`, a short one (7 to 39 hex) in `shortSha`; the all-zero sha of a deletion is none. */
export function sha(value: unknown): { commitSha: string | null; shortSha: string | null } {
  const hex = text(value)?.toLowerCase() ?? "";
  if (!/^[0-9a-f]{7,64}$/.test(hex) || /^0+$/.test(hex)) return { commitSha: null, shortSha: null };
  if (hex.length === 40 || hex.length === 64) return { commitSha: hex, shortSha: null };
  return { commitSha: null, shortSha: hex.length < 40 ? hex : null };
}

/** The entry of a vendor's word in a table; never what every object inherits (`constructor`). */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string | null): T | undefined {
  return word !== null && Object.hasOwn(table, word) ? table[word] : undefined;
}

function parseWeb(value: unknown): URL | null {
  const given = text(value, MAX_URL_CHARS);
  if (given === null || !URL.canParse(given)) return null;
  const url = new URL(given);
  return url.protocol === "http:" || url.protocol === "https:" ? url : null;
}

/** An http(s) address without credentials in it; `null` for every other text. */
export function webUrl(value: unknown): string | null {
  const url = parseWeb(value);
  if (url === null) return null;
  if (url.username === "" && url.password === "") return text(value, MAX_URL_CHARS);
  url.username = "";
  url.password = "";
  return url.href;
}

/** `gitlab.example.com`, `localhost:8080`: host of a web address, with a port that is not the usual one. */
export const webHost = (value: unknown): string | null => parseWeb(value)?.host.toLowerCase() ?? null;

/** The web address of a repository, also from `git@host:group/app.git`, without `.git`. */
export function repositoryUrl(value: unknown): string | null {
  const scp = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)(?::\d+\/|[:/])(.+)$/.exec(text(value, MAX_URL_CHARS) ?? "");
  const url = webUrl(scp === null ? value : `https://${scp[1]}/${scp[2]}`);
  return url === null ? null : url.replace(/\/+$/, "").replace(/\.git$/, "");
}

/** `group/app` of a repository address. */
export function repositoryPath(value: unknown): string | null {
  const url = repositoryUrl(value);
  return url === null ? null : text(new URL(url).pathname.replace(/^\/+|\/+$/g, ""));
}

/** A name that is an e-mail address is cut at the @: addresses are not kept. */
function withoutEmail(value: unknown): string | null {
  const name = text(value);
  return name === null || !EMAIL.test(name) ? name : text(name.split("@")[0]?.replace(/^.*[\s<"]/, ""));
}

/** Who did it; `null` when the source names nobody. */
export function actorOf(name: unknown, login: unknown): Actor | null {
  const actor = { name: withoutEmail(name), login: withoutEmail(login) };
  return actor.name === null && actor.login === null ? null : actor;
}

/** Flat, capped tags: texts, numbers and booleans; nothing, objects and e-mail addresses are left out. */
export function tagsOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const tags = Object.entries(values).flatMap(([key, value]): Array<[string, string]> => {
    const flat = text(typeof value === "boolean" ? String(value) : value, MAX_TAG_CHARS);
    return flat === null || key === "__proto__" || EMAIL.test(flat) ? [] : [[key.slice(0, 100), flat]];
  });
  return Object.fromEntries(tags.slice(0, MAX_TAGS));
}

/** `v1.2.3`, `1.2`, `release/1.2.3-rc.1`: the version that a ref names, or `null` for a branch. */
export function versionOfRef(ref: string | null): string | null {
  return (
    /^(?:refs\/tags\/)?(?:releases?[/-])?(v?\d+(?:\.\d+)+(?:[-+.][\w.+-]+)?)$/.exec(ref ?? "")?.[1] ?? null
  );
}
