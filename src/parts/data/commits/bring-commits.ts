/** Brings in the commits between two that are not known: from a clone on this machine, else from the forge. */
import { toViceError } from "../../../kit/errors.ts";
import type { CommitSource } from "../../../ports/commit-source.ts";
import type { Services } from "../../../ports/services.ts";
import { RateLimited } from "../../../ports/source.ts";
import { appendCommits } from "./append-commits.ts";
import { sourcesOf, type WantedCommits } from "./commit-sources.ts";

export interface Brought {
  /** The commits between the two are known now. */
  isKnown: boolean;
  added: number;
  /** What each source said that could not help. */
  problems: string[];
}

interface Context {
  services: Services;
  now: () => number;
  signal: AbortSignal;
}

/** A rate limit that ends so soon is waited for. */
const MOST_WAIT_MS = 5000;

/** Never throws for what a source does. @throws ViceError `store.unavailable` */
export async function bringCommits(ctx: Context, wanted: WantedCommits): Promise<Brought> {
  const { services } = ctx;
  const { base, head } = wanted;
  const known = (): boolean => services.store.commits.count(base, head) !== null;
  const brought: Brought = { isKnown: known(), added: 0, problems: [] };
  for await (const source of sourcesOf(services, wanted)) {
    if (brought.isKnown) break;
    const problem = await take(ctx, source, wanted, brought);
    if (problem !== null) brought.problems.push(`${source.name}: ${problem}`);
    brought.isKnown = known();
  }
  return brought;
}

/** @returns what it said that went wrong */
async function take(
  ctx: Context,
  source: CommitSource,
  { base, head }: WantedCommits,
  brought: Brought,
  mayWait = true,
): Promise<string | null> {
  const pieces = source.between(base, head, ctx.signal)[Symbol.asyncIterator]();
  for (;;) {
    const piece = await pieces.next().catch((error: unknown) => ({ error }));
    if ("error" in piece) {
      const { error } = piece;
      if (!(error instanceof RateLimited)) return toViceError(error).message;
      if (!mayWait || error.retryAfterMs > MOST_WAIT_MS) return error.message;
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
      return take(ctx, source, { base, head, repository: null, folders: [] }, brought, false);
    }
    if (piece.done === true) return null;
    brought.added += await appendCommits(ctx, piece.value);
  }
}
