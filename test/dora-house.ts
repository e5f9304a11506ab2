// A wired house that is told of deployments, builds, incidents, checks and commits, and asked for the delivery metrics.
import type { Kind } from "../src/domain/activity.ts";
import type { EventData, NewEvent } from "../src/domain/event.ts";
import type { Step } from "../src/domain/transition.ts";
import { activityId } from "../src/kit/ids.ts";
import type { DoraItem } from "../src/parts/viz/dora/row-items.ts";
import type { DoraOutput } from "../src/parts/viz/dora/shape.ts";
import { vizCommands } from "../src/parts/viz/index.ts";
import type { ServerConfig } from "../src/ports/services.ts";
import { openWired, type WiredHouse } from "./wired-house.ts";

export const DAY = 86_400_000;
export const HOUR = DAY / 24;
export const sha = (digit: string): string => digit.repeat(40);

export type Facts = EventData["vice.activity.observed.v1"]["facts"];
const said = { source: "/t", actor: null, traceparent: null, delivery: null };

export interface DoraHouse extends WiredHouse {
  /** Milliseconds since 1970, so many days and hours before now. */
  ago: (days: number, hours?: number) => number;
  tell: (...events: NewEvent[]) => Promise<void>;
  dora: (input?: object) => Promise<DoraOutput>;
  rows: (
    metric: string,
    input?: object,
  ) => Promise<{ items: DoraItem[]; unwatched: number; truncated: boolean }>;
}

export async function doraHouse(config: Partial<ServerConfig> = {}): Promise<DoraHouse> {
  const house = await openWired(config);
  const ask = (id: string, input: object): Promise<unknown> => {
    const command = vizCommands.find((each) => each.id === id);
    if (command === undefined) throw new Error(id);
    return house.run(command, input);
  };
  return {
    ...house,
    ago: (days, hours = 0) => house.clock.nowMs - days * DAY - hours * HOUR,
    tell: async (...events) => {
      await house.services.log.append({ delivery: null, events });
      await house.services.log.settled();
    },
    dora: (input = {}) => ask("viz.dora", input) as Promise<DoraOutput>,
    rows: (metric, input = {}) => ask("viz.dora-rows", { metric, ...input }) as ReturnType<DoraHouse["rows"]>,
  };
}

let made = 0;

/** @param id the same id again is the same thing */
export function told(
  kind: Kind,
  at: number,
  facts: Facts,
  step: Step = "succeeded",
  id: string | null = null,
): NewEvent {
  made += 1;
  const externalId = id ?? `x/${made}`;
  const object = { identityKind: kind, source: "jenkins", instance: "ci", externalId, attempt: 1 };
  const time = new Date(at).toISOString();
  const data = {
    ...{ object, step, at: time, reopens: true, verified: true, generation: 0 },
    facts: { kind, ...facts },
  };
  return { ...said, type: "vice.activity.observed.v1", subject: activityId(object), time, data };
}

/** A deployment of the service shop to production. */
export const deployed = (at: number, version: string, more: Facts = {}, step: Step = "succeeded"): NewEvent =>
  told("deployment", at, { service: "shop", environment: "production", version, ...more }, step);

export const commitsTold = (...list: Array<[sha: string, parents: string[], atMs: number]>): NewEvent => ({
  ...{ ...said, type: "vice.commits.seen.v1", subject: null, time: new Date(0).toISOString() },
  data: {
    repository: "r",
    commits: list.map(([own, parents, at]) => {
      const rest = { authoredAt: null, author: null, message: null, url: null };
      return { sha: own, parents, committedAt: new Date(at).toISOString(), ...rest };
    }),
  },
});
