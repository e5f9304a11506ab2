/** `vice data import`: reads the past of a connected source now, with progress; run again, it goes on where it stopped. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { count } from "../../../../kit/count.ts";
import { ViceError } from "../../../../kit/errors.ts";
import { readMoment } from "../../../../kit/moment.ts";
import { nearest } from "../../../../kit/nearest.ts";
import type { Services } from "../../../../ports/services.ts";
import { RateLimited } from "../../../../ports/source.ts";
import { dataCommand } from "../../define-command.ts";
import { paceOf } from "./pace.ts";
import { pollTarget } from "./poll-worker.ts";
import { type PageRead, type PollTarget, readPage } from "./read-page.ts";
import { saidBefore } from "./said-before.ts";
import { type WalkMemory, type WalkState, walkMemory } from "./walk-state.ts";

const output = z.object({
  source: z.string(),
  instances: z.array(
    z.object({
      instance: z.string(),
      since: z.string(),
      pages: z.int(),
      transitions: z.int(),
      commits: z.int(),
    }),
  ),
});

export const importCommand = dataCommand({
  id: "data.import",
  words: null,
  part: "data",
  summary:
    "Read the past of a connected source (poll in vice.server.yaml); run again, it goes on where it stopped.",
  examples: ["vice data import gitlab", "vice data import github --since '2 years ago'"],
  effect: "write",
  positional: ["source"],
  input: z.strictObject({
    source: z.string().min(1),
    instance: z.string().optional().describe("Only this one of several."),
    since: z.string().default("90d").describe("A date, a time, 90d, or words: 2 weeks ago"),
  }),
  output,
  run: async ({ source, instance, since }, { services, now, progress, signal }) => {
    const targets = await targetsOf(services, source, instance);
    const sinceIso = new Date(readMoment(since, now())).toISOString();
    const instances = [];
    const pace = paceOf(now);
    for (const [at, target] of targets.entries()) {
      const memory = walkMemory(services.store.state, "import", `${source}/${target.connection.instance}`);
      const walk = walkFrom(memory.read(), sinceIso, now());
      const tell = (page: PageRead): void => {
        const share = (at + page.progress) / targets.length;
        progress(share, `${target.connection.instance || source}: ${pace.words(page.read, share)}`);
      };
      const read = await walkToEnd(target, walk, { memory, services, now, signal, tell, progress });
      instances.push({ instance: target.connection.instance, since: walk.since, ...read });
    }
    await services.log.settled(progress);
    return { source, instances };
  },
  text: ({ source, instances }) => {
    const lines = instances.map(
      (each) =>
        `${each.instance || source}: ${count(each.transitions, "new transition")}${each.commits === 0 ? "" : ` and ${count(each.commits, "commit")}`} in ${count(each.pages, "page")}, since ${each.since}`,
    );
    return [...lines, `Imported from ${source}. Look at it: vice deployments --source ${source}`].join("\n");
  },
});

/** @throws ViceError `source.unknown`, `not-supported`, `input.invalid` */
async function targetsOf(services: Services, name: string, only: string | undefined): Promise<PollTarget[]> {
  const source = await services.sources.get(name);
  const known = services.sources.names();
  if (source === null)
    throw new ViceError("source.unknown", { name, nearest: nearest(name, known), known: known.join(", ") });
  if (source.poller === undefined) {
    const hint = "It reports by webhook: vice source connect";
    throw new ViceError("not-supported", {
      message: `${source.title} cannot be read from vice's side.`,
      hint,
    });
  }
  const configured = services.config.sources.filter(
    (each) => each.source === name && (only === undefined || each.instance === only),
  );
  const targets = await Promise.all(configured.map((each) => pollTarget(services, each)));
  const found = targets.filter((target) => target !== null);
  if (found.length > 0) return found;
  const hint = `Write it into vice.server.yaml: sources: { ${name}: { poll: { url: ..., tokenFile: ..., only: [...] } } }`;
  throw new ViceError("input.invalid", {
    message: `No connection to ${source.title}${only === undefined ? "" : ` "${only}"`} is configured.`,
    hint,
  });
}

/** Goes on with an unfinished import that reaches back at least as far. */
function walkFrom(known: WalkState | null, since: string, nowMs: number): WalkState {
  if (known?.walking && known.since <= since) return known;
  return { since, beganAt: new Date(nowMs).toISOString(), cursor: null, first: true, walking: true };
}

interface WalkParts {
  memory: WalkMemory;
  services: Services;
  now: () => number;
  signal: AbortSignal;
  tell: (page: PageRead) => void;
  progress: (share: number | null, what: string) => void;
}

async function walkToEnd(
  target: PollTarget,
  from: WalkState,
  parts: WalkParts,
): Promise<{ pages: number; transitions: number; commits: number }> {
  const { memory, services, now, signal, tell, progress } = parts;
  const context = { memory, said: saidBefore(), services, now };
  const sum = { pages: 0, transitions: 0, commits: 0 };
  for (let walk = from; walk.walking; ) {
    if (signal.aborted)
      throw new ViceError("conflict", {
        message: "The import was stopped.",
        hint: "Run it again: it goes on at the same page.",
      });
    try {
      const page = await readPage(target, walk, context);
      walk = page.walk;
      sum.pages += 1;
      sum.transitions += page.appended;
      sum.commits += page.commits;
      tell(page);
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error;
      progress(null, error.message);
      // Not the worker's: waiting for the vendor must keep this process alive.
      await wait(error.retryAfterMs, undefined, { signal }).catch(() => {});
    }
  }
  return sum;
}
