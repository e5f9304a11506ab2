/** How work comes to be at Example Shop: a ticket, a branch with commits, a review, a merge. Pure but for the world's chance. */
import { LOGINS } from "./company.ts";
import { shaOf } from "./random.ts";
import type { Change, Idea, Scene, Service, StoryCommit } from "./story.ts";
import { newTicket, ticketOf } from "./tickets.ts";
import { titleFor } from "./titles.ts";
import { changeHooks, commitUrl, mergeMessage, repositoryUrl } from "./tools/forge.ts";
import type { World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What somebody thinks of by himself; `given` is what the story wants. */
export function ideaFor(world: World, service: Service, atMs: number, given: Partial<Idea> = {}): Idea {
  const { random } = world;
  const title = given.title ?? titleFor(world, service);
  const lifeMs = given.lifeMs ?? random.between(2, random.happens(0.2) ? 70 : 26) * HOUR;
  const written = random.happens(0.8) ? newTicket(world, atMs - lifeMs) : null;
  const ticket = given.ticket === undefined ? written : given.ticket;
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 28);
  const branch = [ticket?.toLowerCase(), words.replace(/-[^-]*$/, "")].filter(Boolean).join("-");
  return { title, ticket, labels: [], branch, body: null, ...given, lifeMs };
}

/** @param base what stands on the main branch; `null` = nothing yet. @param mergedMs `null` = it stays open. @param openMs when it was opened, of one that is open */
export function makeChange(
  world: World,
  service: Service,
  base: string | null,
  idea: Idea,
  { mergedMs, untilMs }: { mergedMs: number | null; untilMs: number },
): Change {
  const { random } = world;
  const number = world.nextNumber() % 10_000;
  const login = random.pick(LOGINS);
  const reviewer = random.pick(LOGINS.filter((other) => other !== login));
  const beganMs = untilMs - idea.lifeMs;
  const openedMs = Math.round(beganMs + idea.lifeMs * (0.3 + random.next() * 0.4));
  const reviewedMs = Math.round(openedMs + (untilMs - openedMs) * (0.3 + random.next() * 0.6));
  const count = random.between(1, 4);
  const commits: StoryCommit[] = [];
  for (let nth = 0; nth < count; nth++) {
    const atMs = Math.round(beganMs + ((openedMs - beganMs) * (nth + 1)) / (count + 1));
    const parent = commits.at(-1)?.sha ?? base;
    commits.push(commit(service, parent, `${number} ${nth}`, atMs, login, messageOf(idea, nth)));
  }
  const words = { ...idea, number };
  const tip = commits.at(-1)?.sha ?? null;
  const merge =
    mergedMs === null
      ? null
      : commit(service, base, `${number} merge`, mergedMs, reviewer, mergeMessage(service, words), tip);
  const lines = random.between(4, 420);
  return { ...words, service, login, reviewer, openedMs, reviewedMs, mergedMs, commits, merge, lines };
}

/** The first commit of a branch says most; those after it are what a review and a failed test bring. */
const LATER = ["Cover it with tests", "Say the same in both languages", "Do what the review asked for"];
const messageOf = ({ title, ticket, body }: Idea, nth: number): string =>
  [
    nth === 0 ? title : (LATER[nth - 1] ?? "Tidy up"),
    nth === 0 ? body : null,
    ticket === null ? null : `Refs: ${ticket}`,
  ]
    .filter((part) => part !== null)
    .join("\n\n");

function commit(
  service: Service,
  parent: string | null,
  seed: string,
  atMs: number,
  login: string,
  message: string,
  other: string | null = null,
): StoryCommit {
  const sha = shaOf(`${service.name} ${seed}`);
  const at = new Date(atMs).toISOString();
  return {
    sha,
    parents: [parent, other].filter((one) => one !== null),
    ...{ committedAt: at, authoredAt: at, author: { name: null, login }, message },
    url: commitUrl(service, sha),
  };
}

/** All that the tracker, the forge and a clone tell of a change. */
export function changeScenes(world: World, change: Change): Scene[] {
  const { service, commits, merge, mergedMs, openedMs } = change;
  const repository = repositoryUrl(service);
  const known = merge === null ? commits : [...commits, merge];
  return [
    ...ticketOf(world, change),
    ...changeHooks(change),
    { atMs: mergedMs ?? openedMs, repository, commits: known },
  ];
}
