/** A notice: one thing that people want to hear of, said in one line, and whom it concerns. Pure. */
import { compilePattern } from "../pattern.ts";
import type { Place } from "../rules/scope.ts";

/** What is told by itself, when somebody asks for it. */
export const NOTICE_KINDS = ["failed", "rolled-back", "succeeded", "approval", "andon", "freeze"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What a channel of a server may hear: that, and by the clock a letter about the time since the last one. */
export const CHANNEL_KINDS = [...NOTICE_KINDS, "digest"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** A report as it is sent, for channels that can show more than a line. */
export interface Letter {
  title: string;
  markdown: string;
  /** One page by itself, with its pictures in it. */
  html: string;
  /** What a mail shows: its pictures are asked for by their names, as `cid:<name>`. */
  mail: string;
  pictures: ReadonlyArray<{ name: string; title: string; svg: string }>;
}

export interface NoticePlace extends Place {
  /** What `null` means: a rule that does not name a service is about all of them, a deployment is of one that nobody knows. */
  reach: "all" | "one";
}

export interface Notice {
  /** What is told is told once by this key, whoever finds it how often. */
  key: string;
  kind: ChannelKind | "message";
  /** Who asks for this hears it too: a rollback may be a success, or how a failure ended. */
  also?: NoticeKind;
  text: string;
  link: string | null;
  /** When it happened (ISO 8601). */
  at: string;
  /** When what ended then had begun; not there when it took no time or nobody knows. */
  since?: string;
  place: NoticePlace;
  letter?: Letter;
}

/** Narrows what a channel hears; names may hold `*`. What is left out is everything. */
export interface Only {
  service?: string | undefined;
  team?: string | undefined;
  environment?: string | undefined;
  tier?: string | undefined;
}

export function isWanted(on: readonly ChannelKind[], { kind, also }: Pick<Notice, "kind" | "also">): boolean {
  return kind !== "message" && on.some((word) => word === kind || word === also);
}

export function concerns(only: Only, place: NoticePlace): boolean {
  const fits = (wanted: string | undefined, found: string | null): boolean => {
    if (wanted === undefined) return true;
    return found === null ? place.reach === "all" : compilePattern(wanted).test(found);
  };
  return (
    fits(only.service, place.service) &&
    fits(only.team, place.team) &&
    fits(only.environment, place.environment) &&
    fits(only.tier, place.tier)
  );
}

/** Directions of writing can make a line read as another one. */
const MISLEADING = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Words from outside as one line of a bounded length, without anything that a terminal or a mail would obey. */
export function oneLine(text: string, most = 300): string {
  const line = text
    .replace(MISLEADING, "")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim();
  return line.length <= most ? line : `${[...line].slice(0, most - 1).join("")}…`;
}

/** The same for what a person wrote, whose lines stay. */
export const someLines = (text: string, most = 2000): string =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => oneLine(line, most))
    .join("\n")
    .trim()
    .slice(0, most);
