/** Sends the digest to the channels that ask for it, by the clock: once for each period, also over a restart. */
import { z } from "zod";
import type { Notice } from "../../domain/notify/notice.ts";
import { lastMoments } from "../../kit/cron-moments.ts";
import type { Services } from "../../ports/services.ts";
import { linkTo } from "./events-to-notices.ts";
import { rowsOf } from "./sender.ts";

/** What a letter is asked for: `writeDigest` of viz. */
export type WriteDigest = (
  asked: {
    fromMs: number;
    toMs: number;
    zone: string;
    service: string | undefined;
    team: string | undefined;
    link: string | null;
  },
  services: Services,
) => Promise<Required<Pick<Notice, "text" | "letter">>>;

export interface DigestParts {
  services: Services;
  now: () => number;
  write: WriteDigest;
  onError: (error: unknown) => void;
}

/** Up to which moment a channel has its letters. */
const SCOPE = "digest";
const doneSchema = z.object({ untilMs: z.number() });
/** What could not be written is not tried again at once. */
const RETRY_MS = 5 * 60_000;

/** @returns what puts the letters that are due into the outbox, and says whether there was one */
export function createDigests({ services, now, write, onError }: DigestParts): () => Promise<boolean> {
  const triedMs = new Map<string, number>();
  const { store } = services;

  async function send(channel: Services["config"]["channels"][number]): Promise<boolean> {
    const { name, only, digest } = channel;
    const zone = digest.timeZone ?? services.config.timeZone;
    const nowMs = now();
    const done = doneSchema.safeParse(store.state.get(SCOPE, name)?.value).data;
    const note = (untilMs: number): void => store.state.set(SCOPE, name, { untilMs }, nowMs);
    if (done === undefined) {
      note(nowMs); // what lies before it was there is not told
      return false;
    }
    // Of the moments at which no server ran the newest is made up for.
    const [toMs, fromMs] = lastMoments({ cron: digest.schedule, timeZone: zone }, nowMs, 2);
    if (toMs === undefined || fromMs === undefined || toMs <= done.untilMs) return false;
    const { service, team } = only;
    const query = new URLSearchParams({
      since: new Date(fromMs).toISOString(),
      ...(service ? { service } : {}),
    });
    const link = linkTo(services, `/dashboards/digest?${query}`);
    const { text, letter } = await write({ fromMs, toMs, zone, service, team, link }, services);
    const at = new Date(toMs).toISOString();
    const place = { service: service ?? null, team: team ?? null, environment: null, tier: null };
    const notice: Notice = {
      // Put in twice, by a crash between these two lines, it is one.
      ...{ key: `digest/${name}/${at}`, kind: "digest", text, link, at, letter },
      place: { ...place, reach: "all" },
    };
    store.outbox.put(rowsOf(services.homeId, notice, [name]), nowMs);
    note(toMs);
    return true;
  }

  return async () => {
    const channels = services.config.channels.filter(({ on }) => on.includes("digest"));
    forgetOthers(
      services,
      channels.map(({ name }) => name),
    );
    let isNew = false;
    for (const channel of channels) {
      if (now() - (triedMs.get(channel.name) ?? Number.NEGATIVE_INFINITY) < RETRY_MS) continue;
      try {
        isNew = (await send(channel)) || isNew;
      } catch (error) {
        triedMs.set(channel.name, now());
        onError(error);
      }
    }
    return isNew;
  };
}

/** One that comes back begins anew. */
function forgetOthers({ store }: Services, names: readonly string[]): void {
  for (const { key } of store.state.list(SCOPE)) if (!names.includes(key)) store.state.delete(SCOPE, key);
}
