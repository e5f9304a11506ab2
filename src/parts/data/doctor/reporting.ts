/** Which sources that are set up say nothing, and which of those that vice reads itself cannot be read. */
import type { Services } from "../../../ports/services.ts";
import type { ExporterView } from "../export/index.ts";

/** Longer than a week with a holiday. */
const SILENT_MS = 10 * 86_400_000;

export interface SilentSource {
  source: string;
  /** `null` = never. */
  lastAt: string | null;
}

/** Set up is what stands in the configuration or has a secret. */
export function silentSources(
  { config, sources, store }: Pick<Services, "config" | "sources" | "store">,
  nowMs: number,
): SilentSource[] {
  const stats = store.deliveries.stats();
  const names = new Set([
    ...config.sources.map(({ source }) => source),
    ...sources.names().filter((name) => sources.instance(name, null).secrets.length > 0),
    ...stats.flatMap(({ source, instance }) =>
      sources.instance(source, instance || null).secrets.length > 0 ? [source] : [],
    ),
  ]);
  return [...names].flatMap((source) => {
    const times = stats.flatMap((stat) => (stat.source === source ? [stat.lastDeliveryAt ?? ""] : []));
    const lastAt = times.sort().at(-1) || null;
    return lastAt !== null && nowMs - Date.parse(lastAt) < SILENT_MS ? [] : [{ source, lastAt }];
  });
}

export interface FailingPoller {
  place: string;
  problem: string;
  sinceMs: number;
}

const WAITING = "waiting: ";

/** As the poller noted it for the page; under the name that the instance has in what it reports, once that is known. */
export function failingPollers({ config, store }: Pick<Services, "config" | "store">): FailingPoller[] {
  const noted = store.state.list("backfill");
  return config.sources.flatMap(({ source, instance, poll }) => {
    if (poll === null) return [];
    const named = config.sources.flatMap((each) =>
      each.source === source && each.instance !== null ? [`${source}/${each.instance}`] : [],
    );
    const own = noted.filter(({ key }) =>
      instance === null
        ? key.startsWith(`${source}/`) && !named.includes(key)
        : key === `${source}/${instance}`,
    );
    const newest = own.sort((a, b) => b.atMs - a.atMs)[0];
    const state = String(Object(newest?.value)["state"] ?? "");
    if (newest === undefined || !state.startsWith(WAITING)) return [];
    const place = instance === null ? source : `${source}/${instance}`;
    return [{ place, problem: state.slice(WAITING.length), sinceMs: newest.atMs }];
  });
}

export interface FailingChannel {
  channel: string;
  problem: string | null;
  /** Since when the first that waits has been waiting. */
  sinceMs: number | null;
  waiting: number;
  givenUp: number;
}

/** Channels that cannot be used, that do not take what waits for them, or that something was given up for. */
export function failingChannels({
  notifiers,
  store,
}: Pick<Services, "notifiers" | "store">): FailingChannel[] {
  const states = new Map(store.outbox.channels().map((state) => [state.channel, state]));
  const problems = new Map(notifiers.channels().map(({ to, problem }) => [to, problem]));
  const names = new Set([...problems.keys(), ...states.keys()]);
  return [...names].flatMap((channel) => {
    const { waiting = 0, givenUp = 0, failing = null } = states.get(channel) ?? {};
    const problem = problems.get(channel) ?? failing?.problem ?? null;
    if (problem === null && givenUp === 0) return [];
    return [{ channel, problem, sinceMs: failing?.sinceMs ?? null, waiting, givenUp }];
  });
}

export interface FailingExporter {
  exporter: string;
  problem: string;
  /** Since when; `null` = since it was set up. */
  sinceMs: number | null;
  lagEvents: number | null;
}

/** Exporters that cannot send, or whose other side does not take what is sent. */
export const failingExporters = (views: readonly ExporterView[]): FailingExporter[] =>
  views.flatMap(({ name, problem, failing, lagEvents }) => {
    const said = problem ?? failing?.problem;
    return said === undefined
      ? []
      : [{ exporter: name, problem: said, sinceMs: failing?.sinceMs ?? null, lagEvents }];
  });
