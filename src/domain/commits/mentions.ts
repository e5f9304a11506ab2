/** What a commit's message mentions: tickets, changes, what it reverts, who wrote it with others. Pure. */
import type { Actor } from "../activity.ts";

/** Each once, in the order of the text. */
export interface Mentions {
  /** Keys as Jira writes them: `SHOP-12`. */
  tickets: readonly string[];
  /** `12`, `group/app#12`: numbers of GitHub and GitLab that may be an issue or a change. */
  issues: readonly string[];
  /** Pull and merge requests: `15`, `group/app!15`. */
  changes: readonly string[];
  /** Shas, whole or short, that it takes back. */
  reverts: readonly string[];
  /** Subject of the commit that it takes back, when the message names it by that alone. */
  revertsSubject: string | null;
  coAuthors: readonly Actor[];
}

/** Words that look like the key of a ticket and name a standard, an encoding, an algorithm. */
const NO_PROJECT = new Set(
  "AES BASE CP CVE CWE EC ES FIPS GH GPT HMAC HTTP IEC IEEE IP IPV ISO JSR KOI LATIN MD NIST OAUTH OWASP P PEP POSIX PR RC RFC RIPEMD RSA SHA SPDX SSL TLS UCS US UTC UTF WINDOWS X".split(
    " ",
  ),
);

const KEY = /(?<![\w.-])([A-Z][A-Z0-9_]{1,24})-([1-9]\d{0,8})(?!\w|-\d)/g;
/** Begins only where a run of such characters begins: read from each place in it, a long one would take its square. */
const PATH = String.raw`(?<![\w./-])[\w.-]+(?:/[\w.-]+)+`;
/** `#12`, `GH-12`, `group/app#12`; a colour (`#123456`) has no word before it either, so numbers stay short. */
const NUMBER = new RegExp(String.raw`(?<![\w&/#!-])(?:(${PATH})?#|GH-)([1-9]\d{0,6})(?![\w#])`, "gi");
const MERGE_REQUEST = new RegExp(String.raw`(?<![\w/-])(${PATH})?!([1-9]\d{0,6})(?!\w)`, "g");
/** GitHub docs "About pull request merges": the subjects that its merges and squashes get. */
const PULL = [/^Merge pull request #(\d+) from /, /\(#(\d+)\)\s*$/];
/** Bitbucket and Azure DevOps. */
const OTHER_PULL = [/^Merged in .* \(pull request #(\d+)\)/, /^Merged PR (\d+):/];
/** `git revert` writes this line; GitLab adds `merge request`. */
const REVERTED = /This reverts (?:merge request .* )?commit ([0-9a-f]{7,64})/gi;
const REVERT_SUBJECT = /^(?:Revert|revert:?) "(.+)"/;
const CO_AUTHOR = /^Co-authored-by:\s*(.+)$/gim;
const PERSON = /^(.*)<([^<>]*)>$/;

const unique = (list: readonly string[]): string[] => [...new Set(list)];

/** Tickets by their key in a text of any kind: a branch, a title, a message. */
export const ticketsIn = (text: string): string[] =>
  unique(
    [...text.matchAll(KEY)].flatMap(([, project = "", number = ""]) =>
      NO_PROJECT.has(project) ? [] : [`${project}-${number}`],
    ),
  );

function changesIn(message: string): string[] {
  const subject = message.split("\n", 1)[0] ?? "";
  const pulls = [...PULL, ...OTHER_PULL].flatMap((form) => form.exec(subject)?.[1] ?? []);
  return unique([...pulls, ...numbersIn(message, MERGE_REQUEST, "!")]);
}

const numbersIn = (message: string, form: RegExp, sign: string): string[] =>
  [...message.matchAll(form)].map(([, path, number = ""]) =>
    path === undefined ? number : `${path}${sign}${number}`,
  );

/** `Kim Lee <kim@example.com>` */
export function personIn(text: string): Actor {
  const [, name = text, address = ""] = PERSON.exec(text.trim()) ?? [];
  return { name: name.trim() || null, login: address.trim() || null };
}

export function mentionsOf(message: string | null): Mentions {
  const text = message ?? "";
  const changes = changesIn(text);
  const [, revertsSubject = null] = REVERT_SUBJECT.exec(text) ?? [];
  return {
    tickets: ticketsIn(text),
    issues: unique(numbersIn(text, NUMBER, "#")).filter((each) => !changes.includes(each)),
    changes,
    reverts: unique([...text.matchAll(REVERTED)].map(([, sha = ""]) => sha.toLowerCase())),
    revertsSubject,
    coAuthors: [...text.matchAll(CO_AUTHOR)].map(([, person = ""]) => personIn(person)),
  };
}

/** Lines at the end of a message that name a person, by git's own and GitHub's habit. */
const PERSON_LINE =
  /^((?:Co-authored|Signed-off|Reviewed|Acked|Tested|Reported|Suggested|Helped|Approved|Co-developed)-by:[ \t]*)(.+)$/gim;

/** The message with each person in such a line said by somebody else's words: a pseudonym, or the name behind one. */
export const withPersons = (message: string, say: (person: string) => string): string =>
  message.replace(PERSON_LINE, (_line, head: string, person: string) => `${head}${say(person.trim())}`);
