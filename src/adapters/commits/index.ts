/** Where commits are read from: clones of this machine, and the forges that `sources` of the configuration connect. */
import type { CommitSource, CommitSources } from "../../ports/commit-source.ts";
import type { OutboundHttp } from "../../ports/outbound.ts";
import type { SourceInstance } from "../../ports/services.ts";
import type { Forge } from "./ask-forge.ts";
import { cloneSource, openClone } from "./clone.ts";
import { githubCommits } from "./github.ts";
import { gitlabCommits } from "./gitlab.ts";
import { placeOf } from "./repository.ts";

interface Kind {
  open: (forge: Forge) => CommitSource;
  /** From the configured address to that of the API. */
  api: (url: URL) => string;
  headers: (token: string | null) => Record<string, string>;
}

const base = (url: URL): string => `${url.origin}${url.pathname}`.replace(/\/+$/, "");

const KINDS: Readonly<Record<string, Kind>> = {
  github: {
    open: githubCommits,
    // GitHub Enterprise Server has its API below the same address.
    api: (url) => {
      if (/^(www\.)?github\.com$/.test(url.hostname)) return "https://api.github.com";
      return url.hostname.startsWith("api.") || base(url).endsWith("/api/v3")
        ? base(url)
        : `${base(url)}/api/v3`;
    },
    headers: (token) => ({
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    }),
  },
  gitlab: {
    open: gitlabCommits,
    api: (url) => (base(url).endsWith("/api/v4") ? base(url) : `${base(url)}/api/v4`),
    headers: (token): Record<string, string> => (token === null ? {} : { "private-token": token }),
  },
};

export interface CommitSourceParts {
  sources: () => readonly SourceInstance[];
  outbound: (ownHost: string | null) => OutboundHttp;
  env: Readonly<Record<string, string | undefined>>;
  now: () => number;
}

export const createCommitSources = ({ sources, outbound, env, now }: CommitSourceParts): CommitSources => ({
  clone: (folder) => openClone(folder, env),
  folder: (folder) => cloneSource(folder, env),
  forges: (repository) => {
    const place = placeOf(repository);
    if (place === null) return [];
    return sources().flatMap(({ source, poll }) => {
      const kind = Object.hasOwn(KINDS, source) ? KINDS[source] : undefined;
      const url = poll !== null && URL.canParse(poll.url) ? new URL(poll.url) : null;
      if (kind === undefined || poll === null || url === null || !isHostOf(url, place.host)) return [];
      const { path } = place;
      const forge = {
        api: kind.api(url),
        name: place.host,
        repository,
        path,
        http: outbound(url.hostname),
        now,
      };
      return [kind.open({ ...forge, headers: kind.headers(poll.token) })];
    });
  },
});

/** For whoever could not keep what is read. */
export const noCommitSources: CommitSources = {
  clone: () => Promise.resolve(null),
  folder: () => Promise.resolve(null),
  forges: () => [],
};

/** `api.github.com` serves `github.com`. */
const isHostOf = ({ host }: URL, wanted: string): boolean =>
  host.toLowerCase().replace(/^(www|api)\./, "") === wanted.replace(/^www\./, "");
