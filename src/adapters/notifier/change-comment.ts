/**
 * A channel for each connected forge: one comment of vice on a change, written once and then edited, and its labels. GitHub docs "REST API
 * endpoints for issue comments" (a pull request is an issue there), GitLab docs "Notes API", merge requests.
 */
import { toViceError } from "../../kit/errors.ts";
import { retryAfterMs } from "../../kit/retry-after.ts";
import { type Handed, type Notifier, notHanded, type Outgoing } from "../../ports/notifier.ts";
import type { OutboundAnswer, OutboundHttp } from "../../ports/outbound.ts";
import type { SourceInstance } from "../../ports/services.ts";
import { type SetLabels, setOnGithub, setOnGitlab } from "./change-labels.ts";

/** `change:github.com` */
export const CHANGE_CHANNEL = "change:";

export interface ChangeCommentParts {
  sources: () => readonly SourceInstance[];
  outbound: (ownHost: string | null) => OutboundHttp;
  now: () => number;
}

/** By it the comment is found again, by any vice. */
const MARKER = "<!-- vice:where -->";
const PER_PAGE = 100;
const MOST_PAGES = 20;

interface Forge {
  /** From the page of a change to where its comments are; `null` = it is no change of this forge. */
  comments: (api: string, page: URL) => string | null;
  /** Of one comment, by its id. */
  one: (comments: string, id: string) => string;
  edit: "PATCH" | "PUT";
  label: SetLabels;
  api: (url: URL) => string;
  headers: (token: string) => Record<string, string>;
}

const base = (url: URL): string => `${url.origin}${url.pathname}`.replace(/\/+$/, "");

const FORGES: Readonly<Record<string, Forge>> = {
  github: {
    comments: (api, { pathname }) => {
      const [, owner, name, number] = /^\/([^/]+)\/([^/]+)\/pull\/(\d+)/.exec(pathname) ?? [];
      return number === undefined ? null : `${api}/repos/${owner}/${name}/issues/${number}/comments`;
    },
    one: (comments, id) => `${comments.replace(/\/\d+\/comments$/, "")}/comments/${id}`,
    edit: "PATCH",
    label: setOnGithub,
    api: (url) => {
      if (/^(www\.|api\.)?github\.com$/.test(url.hostname)) return "https://api.github.com";
      return base(url).endsWith("/api/v3") ? base(url) : `${base(url)}/api/v3`;
    },
    headers: (token) => ({ accept: "application/vnd.github+json", authorization: `Bearer ${token}` }),
  },
  gitlab: {
    comments: (api, { pathname }) => {
      const [, path = "", number] = /^\/(.+?)\/-\/merge_requests\/(\d+)/.exec(pathname) ?? [];
      if (number === undefined) return null;
      return `${api}/projects/${encodeURIComponent(path)}/merge_requests/${number}/notes`;
    },
    one: (comments, id) => `${comments}/${id}`,
    edit: "PUT",
    label: setOnGitlab,
    api: (url) => (base(url).endsWith("/api/v4") ? base(url) : `${base(url)}/api/v4`),
    headers: (token) => ({ "private-token": token }),
  },
};

const hostOf = (url: URL): string => url.host.toLowerCase().replace(/^(www|api)\./, "");

/** `null` = no connection with a token goes there. */
export function changeComments(channel: string, parts: ChangeCommentParts): Notifier | null {
  if (!channel.startsWith(CHANGE_CHANNEL)) return null;
  const host = channel.slice(CHANGE_CHANNEL.length);
  for (const { source, poll } of parts.sources()) {
    const forge = Object.hasOwn(FORGES, source) ? FORGES[source] : undefined;
    if (forge === undefined || poll === null || poll.token === null || !URL.canParse(poll.url)) continue;
    const url = new URL(poll.url);
    if (hostOf(url) !== host) continue;
    const call = caller(parts, url, forge.headers(poll.token));
    return { hand: (notice, signal) => write({ forge, url, call, parts }, notice, signal) };
  }
  return null;
}

type Call = (method: string, url: string, body: unknown, signal: AbortSignal) => Promise<OutboundAnswer>;

const caller =
  ({ outbound }: ChangeCommentParts, { hostname }: URL, headers: Record<string, string>): Call =>
  (method, url, body, signal) =>
    outbound(hostname).call(url, { method, headers, body, signal });

interface Talk {
  forge: Forge;
  url: URL;
  call: Call;
  parts: ChangeCommentParts;
}

class Refused extends Error {
  readonly answer: OutboundAnswer;
  constructor(answer: OutboundAnswer) {
    super(`it answered ${answer.status}`);
    this.answer = answer;
  }
}

async function write(
  talk: Talk,
  { text, link, environments }: Outgoing,
  signal: AbortSignal,
): Promise<Handed> {
  const { forge, url, parts } = talk;
  const page = link !== null && URL.canParse(link) ? new URL(link) : null;
  const comments = page === null ? null : forge.comments(forge.api(url), page);
  if (comments === null) return notHanded("that is not the page of a change", { retry: false });
  try {
    const former = await formerComment(talk, comments, signal);
    const body = { body: `${text}\n\n${MARKER}` };
    if (former === null) await asked(talk.call("POST", comments, body, signal));
    else await asked(talk.call(forge.edit, forge.one(comments, former), body, signal));
    if (environments !== undefined) await label(talk, comments, environments, signal);
    return { delivered: true };
  } catch (error) {
    if (!(error instanceof Refused)) return notHanded(`${url.host}: ${toViceError(error).message}`);
    const { status, headers } = error.answer;
    return notHanded(`${url.host} answered ${status}`, {
      retry: ![400, 404, 410, 422].includes(status),
      afterMs: retryAfterMs(headers["retry-after"], parts.now()),
    });
  }
}

/** The comments of a change stand below it. */
const label = (
  { forge, call }: Talk,
  comments: string,
  environments: readonly string[],
  signal: AbortSignal,
): Promise<void> =>
  forge.label(
    async (method, url, body, fine = []) => (await asked(call(method, url, body, signal), fine)).text,
    comments.replace(/\/[^/]+$/, ""),
    environments,
  );

async function asked(answer: Promise<OutboundAnswer>, fine: readonly number[] = []): Promise<OutboundAnswer> {
  const told = await answer;
  if ((told.status < 200 || told.status > 299) && !fine.includes(told.status)) throw new Refused(told);
  return told;
}

/** Id of our own one. */
async function formerComment({ call }: Talk, comments: string, signal: AbortSignal): Promise<string | null> {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { text } = await asked(call("GET", `${comments}?per_page=${PER_PAGE}&page=${page}`, null, signal));
    const rows: unknown = JSON.parse(text);
    if (!Array.isArray(rows)) return null;
    const own = rows.find((row: unknown) => String(Object(row)["body"]).includes(MARKER));
    if (own !== undefined) return String(Object(own)["id"]);
    if (rows.length < PER_PAGE) return null;
  }
  return null;
}
