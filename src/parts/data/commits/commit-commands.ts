/** `vice data add-commits` and `unknown-commits`: how a clone on another machine brings its commits to the store. */

import { z } from "zod";
import { MOST_COMMITS } from "../../../domain/commits/commit.ts";
import { WHOLE_SHA } from "../../../domain/commits/sha.ts";
import { count } from "../../../kit/count.ts";
import { toIso } from "../../../kit/time.ts";
import { dataCommand } from "../define-command.ts";
import { appendCommits } from "./append-commits.ts";

const sha = z.string().regex(WHOLE_SHA, "a whole sha: 40 or 64 hex digits in lower case");
const moment = z
  .string()
  .nullable()
  .default(null)
  .transform((text) => toIso(text));
const short = z.string().max(500).nullable().default(null);

const commit = z.object({
  sha,
  parents: z.array(sha).max(100).nullable().describe("First parent first; null = not known"),
  committedAt: moment,
  authoredAt: moment,
  author: z.object({ name: short, login: short }).nullable().default(null),
  message: z.string().max(20_000).nullable().default(null),
  url: z.url().max(2000).nullable().default(null),
});

/** Shas that one question is about. */
export const MOST_ASKED = 10_000;

export const addCommits = dataCommand({
  id: "data.add-commits",
  words: null,
  part: "data",
  summary: "Make commits known; from a clone: vice data import git.",
  examples: ["vice data add-commits --commits @commits.json"],
  effect: "write",
  positional: [],
  input: z.strictObject({
    repository: z.url().max(2000).nullable().default(null).describe("Web address of the repository"),
    commits: z.array(commit).max(MOST_COMMITS).describe("Parents before their children"),
  }),
  output: z.strictObject({ added: z.int(), known: z.int() }),
  http: { method: "POST", path: "/v1/commits" },
  run: async ({ repository, commits }, { services, now }) => {
    const added = await appendCommits({ services, now }, { repository, commits });
    return { added, known: commits.length - added };
  },
  text: ({ added, known }) => `${count(added, "new commit")}, ${known} known before.`,
});

export const unknownCommits = dataCommand({
  id: "data.unknown-commits",
  words: null,
  part: "data",
  summary: "Say which of these commits are not known.",
  examples: ["vice data unknown-commits 279484c09fbe69ededfced8c1bb6e6d24616b468"],
  effect: "read",
  positional: ["...shas"],
  input: z.strictObject({ shas: z.array(sha).max(MOST_ASKED) }),
  output: z.strictObject({ shas: z.array(z.string()) }),
  run: ({ shas }, { services }) => ({ shas: services.store.commits.unknown(shas) }),
  text: ({ shas }) => shas.join("\n"),
});

export const commitCommands = [addCommits, unknownCommits];
