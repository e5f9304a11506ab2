/** Turns the texts that a mapping found into facts, or says why they are none. */
import { DEPLOYMENT_KINDS } from "../../../domain/activity.ts";
import type { Facts } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { actorOf, repositoryUrl, sha, tagsOf, webUrl } from "../shaping.ts";
import type { FactField } from "./mapping.ts";

type Read = (value: string) => Facts | string;

const time =
  (name: "startedAt" | "finishedAt" | "createdAt"): Read =>
  (value) => {
    const iso = toIso(value);
    return iso === null ? "no time that vice can read" : { [name]: iso };
  };

const duration =
  (unitMs: number): Read =>
  (value) => {
    const durationMs = Math.round(Number(value) * unitMs);
    return Number.isSafeInteger(durationMs) && durationMs >= 0 ? { durationMs } : "no duration";
  };

const plain =
  (name: "service" | "environment" | "tenant" | "team" | "version" | "ref" | "error"): Read =>
  (value) => ({ [name]: value });

/** How each field is read; a text instead of facts is the problem. */
export const READERS: Readonly<Record<FactField, Read>> = {
  service: plain("service"),
  environment: plain("environment"),
  tenant: plain("tenant"),
  team: plain("team"),
  version: plain("version"),
  ref: (value) => ({ ref: value.replace(/^refs\/(heads|tags)\//, "") }),
  error: plain("error"),
  commitSha: (value) => {
    const { commitSha, shortSha } = sha(value);
    if (commitSha !== null) return { commitSha };
    return shortSha === null ? "no sha" : { tags: { shortSha } };
  },
  repository: (value) => asUrl("repository", repositoryUrl(value)),
  url: (value) => asUrl("url", webUrl(value)),
  startedAt: time("startedAt"),
  finishedAt: time("finishedAt"),
  createdAt: time("createdAt"),
  durationSeconds: duration(1000),
  durationMs: duration(1),
  actor: (value) => ({ actor: actorOf(value, null) }),
  title: (value) => ({ tags: tagsOf({ title: value }) }),
  deploymentKind: (value) => {
    const deploymentKind = DEPLOYMENT_KINDS.find((kind) => kind === value.toLowerCase());
    return deploymentKind === undefined ? `none of ${DEPLOYMENT_KINDS.join(", ")}` : { deploymentKind };
  },
};

const asUrl = (name: "repository" | "url", url: string | null): Facts | string =>
  url === null ? "no http(s) address" : { [name]: url };
