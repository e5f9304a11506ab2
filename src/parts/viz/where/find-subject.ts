/** What people ask `vice where` for, as they write it: a sha, a key, a number, an address. */
import type { Activity } from "../../../domain/activity.ts";
import { ticketsIn } from "../../../domain/commits/mentions.ts";
import { repositoryKey } from "../../../domain/trace/references.ts";
import { isHome, saidNumber } from "../../../domain/trace/said-number.ts";
import { ViceError } from "../../../kit/errors.ts";
import { type Context, ofCommit, ofIssue, ofNumber, ofTicket, type Subject, told } from "./subject.ts";

type Form = (text: string, ctx: Context) => Subject[];

const COMMIT: Form = (text, ctx) => {
  const hex = text.toLowerCase();
  return /^[0-9a-f]{4,64}$/.test(hex) ? ofCommit(hex, ctx) : [];
};

/** The address of a page at a forge or of a ticket. */
const PAGE: Form = (text, ctx) => {
  if (!/^https?:\/\//i.test(text)) return [];
  const [, sha] = /\/commits?\/([0-9a-f]{7,64})(?:[/?#]|$)/i.exec(text) ?? [];
  if (sha !== undefined) return ofCommit(sha.toLowerCase(), ctx);
  const [, home, number] =
    /^(https?:\/\/.+?)\/(?:-\/merge_requests|pull|pull-requests|pullrequest)\/(\d+)/i.exec(text) ?? [];
  if (home !== undefined && number !== undefined) return ofNumber(number, home, ctx);
  const [, issues, issue] = /^(https?:\/\/.+?)\/(?:-\/)?(?:issues|work_items)\/(\d+)/i.exec(text) ?? [];
  if (issues !== undefined && issue !== undefined) return ofIssue(issue, issues, ctx);
  return ticketsIn(text).flatMap((key) => ofTicket(key, ctx));
};

const TICKET: Form = (text, ctx) => ticketsIn(text.toUpperCase()).flatMap((key) => ofTicket(key, ctx));

/** `#15`, `!15`, `15`, `group/app!15`, `acme/shop#15`. */
const NUMBER: Form = (text, ctx) => {
  const said = saidNumber(text);
  if (said === null) return [];
  const { path, sign, number } = said;
  const wanted = (kind: "change" | "ticket"): Array<string | null> =>
    ctx.repository === null ? homesOf(told(kind, number, ctx), path, ctx) : [ctx.repository];
  const changes = wanted("change").flatMap((repository) => ofNumber(number, repository, ctx));
  if (changes.length > 0 || sign === "!") return changes;
  return wanted("ticket").flatMap((repository) => ofIssue(number, repository, ctx));
};

/** Repositories that may be meant: those that commits, deployments or something of that number are known of. */
function homesOf(
  called: readonly Activity[],
  path: string | null,
  { services }: Context,
): Array<string | null> {
  const all = [...services.store.commits.repositories(), ...called.map(({ repository }) => repository)];
  const unique = [...new Map(all.map((home) => [home === null ? "" : repositoryKey(home), home])).values()];
  return unique.filter((home) => isHome(path, home));
}

const FORMS: readonly Form[] = [PAGE, TICKET, NUMBER, COMMIT];

/** @throws ViceError `not-found`, `input.invalid` when several are called that */
export function findSubject(text: string, ctx: Context): Subject {
  const given = text.trim();
  for (const form of FORMS) {
    const found = form(given, ctx);
    const [only, ...others] = uniqueOf(found);
    if (only === undefined) continue;
    if (others.length === 0) return only;
    const names = [only, ...others].slice(0, 5).map(sayWhich);
    throw new ViceError("input.invalid", {
      message: `"${given}" may mean several: ${names.join(", ")}.`,
      hint: "Write more of it, or its address.",
    });
  }
  throw new ViceError("not-found", {
    message: `No commit, change or ticket is known as "${given}".`,
    hint: "Write a sha, #15, group/app!15, SHOP-12 or the address of its page; commits come in with: vice data import git",
  });
}

const sayWhich = ({ kind, name, repository, parts: [part] }: Subject): string =>
  kind === "commit"
    ? (part?.sha ?? name).slice(0, 12)
    : repository === null
      ? name
      : `${repositoryKey(repository)}${name}`;

const uniqueOf = (found: readonly Subject[]): Subject[] => [
  ...new Map(found.map((each) => [`${each.kind} ${sayWhich(each)}`, each])).values(),
];
