/** Forgets raw bodies that are older than wanted; their hashes stay, so the log still verifies. */
import type { Services } from "../../../ports/services.ts";

export interface Dropped {
  before: string;
  count: number;
}

/** @throws ViceError `store.unavailable` */
export async function dropBodies(
  services: Pick<Services, "store" | "log">,
  beforeMs: number,
  nowMs: number,
  actor: string | null,
): Promise<Dropped> {
  const before = new Date(beforeMs).toISOString();
  const count = await services.store.deliveries.dropBodies(beforeMs);
  if (count === 0) return { before, count };
  const time = new Date(nowMs).toISOString();
  const event = {
    type: "vice.bodies.dropped.v1",
    source: "/commands",
    subject: null,
    time,
    data: { before, count },
  } as const;
  await services.log.append({
    delivery: null,
    events: [{ ...event, actor, traceparent: null, delivery: null }],
  });
  return { before, count };
}
