/** `vice data import git`: a verb of the terminal alone, since the clone lies where it is typed, not where the server is. */
import { z } from "zod";
import { openClone } from "../adapters/commits/clone.ts";
import type { Commit } from "../domain/commits/commit.ts";
import { defineBuiltin } from "../doors/cli/cli-options.ts";
import { runSomewhere } from "../doors/cli/execute.ts";
import { silent } from "../doors/cli/output/progress.ts";
import { count } from "../kit/count.ts";
import { ViceError } from "../kit/errors.ts";
import { MOMENT_WORDS, readMoment } from "../kit/moment.ts";
import { addCommits, MOST_ASKED, unknownCommits } from "../parts/data/index.ts";
import type { Clone } from "../ports/commit-source.ts";
import { openLocalWith } from "./open-local.ts";

/** Of one request: the body of a command is at most 1 MiB. */
const MOST_BYTES = 700_000;
const MOST_EACH = 500;

export const importGit = defineBuiltin({
  words: ["data", "import", "git"],
  summary: "Make the commits of a clone known, only the new ones: for manifests, vice where and lead times.",
  examples: ["vice data import git", "vice data import git ../shop --since 90d"],
  positional: ["folder"],
  input: z.object({
    folder: z.string().default(".").describe("A clone, or a folder in it"),
    since: z.string().optional().describe(`Only commits since then: ${MOMENT_WORDS}`),
  }),
  run: async ({ folder, since }, { env, json, quiet, stdout, stderr }) => {
    const clone = await openClone(folder, env);
    if (clone === null)
      throw new ViceError("not-found", {
        message: `${folder} is no clone of git.`,
        hint: "Name the folder of one: vice data import git ../shop",
      });
    const sinceIso = since === undefined ? null : new Date(readMoment(since, Date.now())).toISOString();
    const { signal } = new AbortController();
    const shas = await clone.shas(sinceIso, signal);
    const ask = (command: typeof addCommits, input: unknown): Promise<unknown> =>
      runSomewhere(
        { options: { openLocal: openLocalWith(env) }, command, input, env },
        silent,
        signal,
        Date.now,
      );
    const unknown: string[] = [];
    for (let at = 0; at < shas.length; at += MOST_ASKED) {
      const found = await ask(unknownCommits, { shas: shas.slice(at, at + MOST_ASKED) });
      unknown.push(...(found as { shas: string[] }).shas);
    }
    let added = 0;
    for await (const commits of piecesOf(clone, unknown, signal)) {
      const answer = await ask(addCommits, { repository: clone.repository, commits });
      added += (answer as { added: number }).added;
      if (!json && !quiet && stderr.isTTY === true) stderr.write(`\r${added} of ${unknown.length} commits`);
    }
    if (stderr.isTTY === true && !json && !quiet && added > 0) stderr.write("\r\u001b[K");
    if (json)
      stdout.write(
        `${JSON.stringify({ repository: clone.repository, added, known: shas.length - added })}\n`,
      );
    else if (!quiet) stderr.write(`${said(clone, added, shas.length)}\n`);
    return 0;
  },
});

const said = ({ repository }: Clone, added: number, all: number): string => {
  const of = repository === null ? "" : ` of ${repository}`;
  return `${count(added, "new commit")}${of}, ${all - added} known before. Look: vice manifest SERVICE, vice where SHA`;
};

/** So many, and so large, as one request takes. */
async function* piecesOf(
  clone: Clone,
  shas: readonly string[],
  signal: AbortSignal,
): AsyncIterable<Commit[]> {
  for (let at = 0; at < shas.length; at += MOST_EACH) {
    const { commits } = await clone.read(shas.slice(at, at + MOST_EACH), signal);
    let piece: Commit[] = [];
    let bytes = 0;
    for (const commit of commits) {
      const size = Buffer.byteLength(JSON.stringify(commit));
      if (bytes + size > MOST_BYTES) {
        yield piece;
        [piece, bytes] = [[], 0];
      }
      piece.push(commit);
      bytes += size;
    }
    if (piece.length > 0) yield piece;
  }
}
