/**
 * What ties activities of different tools together: durable ids that both of them carry. Pure.
 *
 * An anchor is one such id. Two activities are linked when they carry the same anchor, one of them *gives* it (the ticket
 * its key, the change its commits) and stands before the other. So a link does not depend on what came first, and an
 * activity that ended long ago is found like any other.
 */

import type { Activity } from "../activity.ts";
import { mentionsOf, ticketsIn } from "../commits/mentions.ts";
import { isWholeSha } from "../commits/sha.ts";
import { isInside, PLACE } from "./inside.ts";
import { isSharedBranch, numberedKey, numberOfBranch, repositoryKey } from "./references.ts";

/** Why a link was made. The order is that of trust: the first one that fits is the reason that is told. */
export const REASONS = [
  "said",
  "parent",
  "run",
  "span",
  "digest",
  "commit",
  "change",
  "ticket",
  "version",
  "branch",
] as const;
export type Reason = (typeof REASONS)[number];

/** The reasons that come from an id that both carry. */
export type AnchorReason = Exclude<Reason, "said" | "parent">;

export interface Anchor {
  reason: AnchorReason;
  /** What both must carry, with what makes it unique: `ticket SHOP-12`, `branch github.com/acme/shop fix-login`. */
  key: string;
  /** It is the activity's own; others only speak of it. */
  gives: boolean;
  /** A link leads from a lower place to a higher one. */
  place: number;
}

/** @returns for what is reached through its parent none but the traces that it names as a span */
export function anchorsOf(activity: Activity): Anchor[] {
  const makers = isInside(activity.kind, activity.parentId) ? INSIDE_MAKERS : MAKERS;
  const found = new Map<string, Anchor>();
  for (const make of makers) {
    for (const anchor of make(activity)) {
      const key = `${anchor.reason} ${anchor.key}`;
      if (!found.has(key) || anchor.gives) found.set(key, { ...anchor, key });
    }
  }
  return [...found.values()].slice(0, MOST);
}

/** A deployment of hundreds of tickets is a batch; its links are found through its commits. */
const MOST = 100;

type Maker = (activity: Activity) => Anchor[];

const MAKERS: readonly Maker[] = [
  ownTicket,
  mentionedTickets,
  changes,
  commits,
  digest,
  run,
  spanLinks,
  version,
  branch,
];

const INSIDE_MAKERS: readonly Maker[] = [spanLinks];

function ownTicket({ kind, tags, repository }: Activity): Anchor[] {
  if (kind !== "ticket") return [];
  const { key, number, parentKey } = tags;
  return [
    ...(key === undefined ? [] : [gives("ticket", key.toUpperCase(), 0)]),
    ...(number === undefined || repository === null
      ? []
      : [gives("ticket", numberedKey(repository, number), 0)]),
    ...(parentKey === undefined ? [] : [takes("ticket", parentKey.toUpperCase(), 0.5)]),
  ];
}

function mentionedTickets({ kind, ref, repository, tags }: Activity): Anchor[] {
  if (kind === "ticket" || kind === "sprint" || kind === "action") return [];
  const branch = ref === null || isSharedBranch(ref) ? "" : ref;
  const text = [tags["title"], tags["mentions"], tags["description"]].filter(Boolean).join("\n");
  const { tickets, issues } = mentionsOf(text);
  const ofBranch = numberOfBranch(branch);
  const numbers = [...issues, ...(ofBranch === null ? [] : [ofBranch])];
  const keys = [...tickets, ...ticketsIn(branch.toUpperCase())];
  const place = PLACE[kind];
  return [
    ...keys.map((key) => takes("ticket", key, place)),
    ...(repository === null
      ? []
      : numbers.map((one) => takes("ticket", numberedKey(repository, one), place))),
  ];
}

/** A change has its number; a build or deployment speaks of it by `(#15)`, `!15` or the ref `refs/pull/15/merge`. */
function changes({ kind, ref, repository, tags }: Activity): Anchor[] {
  if (repository === null || kind === "ticket" || kind === "sprint") return [];
  if (kind === "change")
    return tags["number"] === undefined ? [] : [gives("change", numberedKey(repository, tags["number"]), 1)];
  const ofRef = /^refs\/(?:pull|merge-requests)\/(\d+)\//.exec(ref ?? "")?.[1] ?? [];
  const { changes: said, issues } = mentionsOf(tags["title"] ?? null);
  const numbers = [ofRef, tags["changeNumber"] ?? [], said, issues].flat();
  return numbers.map((number) => takes("change", numberedKey(repository, number), PLACE[kind]));
}

/** A command in a checkout has its commit by chance: what it was about is said by its parent, if at all. */
function commits({ kind, commitSha, tags }: Activity): Anchor[] {
  if (kind === "ticket" || kind === "sprint" || kind === "action") return [];
  const { mergeCommitSha } = tags;
  const shas = [commitSha, mergeCommitSha].filter((sha) => sha !== null && sha !== undefined);
  const whole = shas.filter(isWholeSha);
  return whole.map((sha) => gives("commit", sha, PLACE[kind]));
}

function digest({ kind, artifact }: Activity): Anchor[] {
  const said = artifact?.digest ?? null;
  return said === null ? [] : [gives("digest", said.toLowerCase(), PLACE[kind])];
}

/**
 * A deployment whose page is a run of a tool was made by that run. A run that a CI plugin tells as a span stands a little
 * after the same run as its tool tells it: so the two are linked.
 */
function run({ kind, url, tags, source }: Activity): Anchor[] {
  const pages = [url, tags["runUrl"]].flatMap((page) => (page ? (runPage(page) ?? []) : []));
  const place = PLACE[kind];
  if (place !== 2) return pages.map((page) => takes("run", page, place));
  return pages.map((page) => gives("run", page, source === "otlp" ? SPAN_PLACE : place));
}

/** Where a run stands that was told as a span. */
export const SPAN_PLACE = 2.25;

/** A span names spans of other traces that led to it: each trace is given by what it begins with. */
function spanLinks({ kind, source, parentId, traceId, tags }: Activity): Anchor[] {
  if (source !== "otlp") return [];
  const place = PLACE[kind];
  const linked = (tags["spanLinks"] ?? "").split(" ").filter((id) => id !== "" && id !== traceId);
  const own = parentId === null ? [gives("span", traceId, Math.min(place, SPAN_PLACE))] : [];
  return [...own, ...linked.map((id) => takes("span", id, Math.max(place, SPAN_PLACE) + 0.25))];
}

/** Pages of runs: GitHub Actions, GitLab pipelines and jobs, Jenkins builds; the run without what is inside it. */
const RUN_PAGES: readonly RegExp[] = [
  /^[^/]+\/.+\/actions\/runs\/\d+/,
  /^[^/]+\/.+\/-\/(?:pipelines|jobs)\/\d+/,
  /^[^/]+\/(?:.+\/)?job\/[^/]+\/\d+(?=\/|$)/,
];

function runPage(url: string): string | null {
  const page = repositoryKey(url);
  for (const pattern of RUN_PAGES) {
    const found = pattern.exec(page);
    if (found !== null) return found[0];
  }
  return null;
}

function version({ kind, service, version: said }: Activity): Anchor[] {
  if (service === null || said === null || (kind !== "build" && kind !== "pipeline" && kind !== "deployment"))
    return [];
  return [gives("version", `${service} ${said}`, PLACE[kind])];
}

function branch({ kind, ref, repository, tags }: Activity): Anchor[] {
  if (ref === null || repository === null || isSharedBranch(ref) || ref === tags["targetBranch"]) return [];
  const place = PLACE[kind];
  if (place < 1 || place > 2 || kind === "action") return [];
  const key = `${repositoryKey(repository)} ${ref.replace(/^refs\/heads\//, "")}`;
  return [kind === "change" ? gives("branch", key, place) : takes("branch", key, place)];
}

const gives = (reason: AnchorReason, key: string, place: number): Anchor => ({
  reason,
  key,
  place,
  gives: true,
});
const takes = (reason: AnchorReason, key: string, place: number): Anchor => ({
  reason,
  key,
  place,
  gives: false,
});
