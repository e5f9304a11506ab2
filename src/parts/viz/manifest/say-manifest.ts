/** A manifest in words: text for the terminal, Markdown for release notes. */
import type { Lines } from "../../../domain/commits/commit.ts";
import { count } from "../../../kit/count.ts";
import { markdownText } from "../../../kit/markdown.ts";
import { printable } from "../../../kit/table.ts";
import type { NamedRelease } from "./find-release.ts";
import type { Contents, ManifestCommit, NamedThing } from "./read-manifest.ts";

export interface Said extends Contents {
  lines: Lines | null;
  service: string;
  environment: string | null;
  from: NamedRelease | null;
  to: NamedRelease | null;
  hint: string | null;
}

export const nameOfRelease = (release: NamedRelease | null): string =>
  release === null ? "nothing" : (release.version ?? release.sha?.slice(0, 8) ?? "unknown");

/** `shop in prod-eu: v1 to v2, 12 commits, 3 changes, 2 tickets, 2 authors` */
export function headOf(said: Said): string {
  const { service, environment, from, to, commits, changes, tickets, authors, takenBack, lines } = said;
  const where = environment === null ? "" : ` in ${environment}`;
  const head = `${service}${where}: ${nameOfRelease(from)} to ${nameOfRelease(to)}`;
  if (commits === null) return `${head}: not known, because ${said.reason}`;
  const counts = [
    count(commits.length, "commit"),
    ...(lines === null ? [] : [`+${lines.added} −${lines.deleted} lines`]),
    count(changes.length, "change"),
    count(tickets.length, "ticket"),
    count(authors.length, "author"),
  ];
  const back = takenBack === null || takenBack === 0 ? "" : `; ${count(takenBack, "commit")} no longer there`;
  return `${head}, ${counts.join(", ")}${back}`;
}

const thing = ({ name, title, status }: NamedThing): string =>
  [name, title, status === null ? null : `(${status})`].filter(Boolean).join(" ");

const authorOf = ({ author }: ManifestCommit): string => author?.name ?? author?.login ?? "unknown";

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${printable(line)}`)];

/** What others answered stands in it too. */
const linesOf = (hint: string | null): string[] => hint?.split("\n") ?? [];

export function sayText(said: Said): string {
  const { commits, changes, tickets, authors, hint } = said;
  return [
    printable(headOf(said)),
    ...(commits === null ? linesOf(hint).map(printable) : []),
    ...section("Tickets", tickets.map(thing)),
    ...section("Changes", changes.map(thing)),
    ...section(
      "Commits",
      (commits ?? []).map((each) => `${each.sha.slice(0, 8)}  ${each.subject}  ${authorOf(each)}`),
    ),
    ...section(
      "Authors",
      authors.map((each) => `${each.name} (${count(each.commits, "commit")})`),
    ),
  ].join("\n");
}

const linked = (text: string, url: string | null): string =>
  url === null || !/^https?:\/\/[^\s()<>]+$/.test(url)
    ? markdownText(text)
    : `[${markdownText(text)}](${url})`;

export function sayMarkdown(said: Said): string {
  const { commits, changes, tickets, authors, hint } = said;
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines.map((line) => `- ${line}`)];
  const named = (each: NamedThing): string =>
    [linked(each.name, each.url), each.title === null ? "" : markdownText(each.title)]
      .filter(Boolean)
      .join(" ");
  return [
    `# ${markdownText(headOf(said))}`,
    ...(commits === null ? linesOf(hint).flatMap((line) => ["", markdownText(line)]) : []),
    ...list("Tickets", tickets.map(named)),
    ...list("Changes", changes.map(named)),
    ...list(
      "Commits",
      (commits ?? []).map(
        (each) =>
          `${linked(each.sha.slice(0, 8), each.url)} ${markdownText(each.subject)} (${markdownText(authorOf(each))})`,
      ),
    ),
    ...list(
      "Authors",
      authors.map(({ name }) => markdownText(name)),
    ),
  ].join("\n");
}
