/** Turns the words of the command line into the fields of a start record: types, tags, who. */
import type { Environment } from "./home.ts";

/** Kinds of the normal form and the words of `vscli` and of daily speech for them. */
const KIND_OF: Readonly<Record<string, string>> = {
  deploy: "deployment",
  deployment: "deployment",
  build: "build",
  pipeline: "pipeline",
  stage: "stage",
  change: "change",
  pull_request: "change",
  "pull-request": "change",
  merge_request: "change",
  "merge-request": "change",
  ticket: "ticket",
  issue: "ticket",
  sprint: "sprint",
  check: "check",
  exposure: "exposure",
  incident: "incident",
  action: "action",
};

export const KIND_WORDS: readonly string[] = Object.keys(KIND_OF);

/** An unknown word becomes an `action` that keeps the word as `tags.type`. */
export function kindOf(word: string): { kind: string; tags: Record<string, string> } {
  const kind = Object.hasOwn(KIND_OF, word.toLowerCase()) ? KIND_OF[word.toLowerCase()] : undefined;
  return kind === undefined ? { kind: "action", tags: { type: word } } : { kind, tags: {} };
}

/** The first `=` or `|` splits a tag, so a value may hold both. A tag without either is its own name with no value. */
export function readTags(texts: readonly string[]): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const text of texts) {
    const at = text.search(/[=|]/);
    const key = (at < 0 ? text : text.slice(0, at)).trim();
    if (key !== "" && key !== "__proto__") tags[key] = at < 0 ? "" : text.slice(at + 1);
  }
  return tags;
}

/** Who is meant by the environment: the person behind a CI job, else the user. */
export function actorOf(env: Environment): { name: string | null; login: string | null } | null {
  const login = first(env, [
    "GITHUB_ACTOR",
    "GITLAB_USER_LOGIN",
    "BUILD_USER_ID",
    "CIRCLE_USERNAME",
    "BUILD_REQUESTEDFOREMAIL",
  ]);
  const name = first(env, [
    "GITLAB_USER_NAME",
    "BUILD_USER",
    "BUILDKITE_BUILD_CREATOR",
    "BUILD_REQUESTEDFOR",
  ]);
  const user = first(env, ["SUDO_USER", "USER", "LOGNAME", "USERNAME"]);
  if (login === null && name === null && user === null) return null;
  return { name, login: login ?? (name === null ? user : null) };
}

export function first(env: Environment, names: readonly string[]): string | null {
  for (const name of names) {
    const value = env[name];
    if (value) return value;
  }
  return null;
}
