/** Reads spool lines: what `vice run` and `vice event` recorded becomes transitions of source `local`. */

import { z } from "zod";
import { KINDS, type Kind } from "../../../domain/activity.ts";
import { isWholeSha } from "../../../domain/commits/sha.ts";
import { SPOOL_LINE_BYTES } from "../../../domain/spool.ts";
import type { Facts, Step, Transition } from "../../../domain/transition.ts";
import { sha256Hex, uuidv7 } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { NewDelivery } from "../../../ports/deliveries.ts";
import type { AppendItem } from "../../../ports/event-log.ts";

/** Version 8 is what vice makes of other systems' names: the spool speaks of local activities only. */
const own = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-79a-f][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i);
const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i);
const text = z.string().max(2000).nullish();
const tags = z.record(z.string(), z.string()).catch({}).optional();
const actor = z.object({ name: text, login: text }).nullish().catch(null);
const base = { v: z.literal(1), id: own, at: z.string(), tags };

const recordSchema = z.discriminatedUnion("op", [
  z.looseObject({
    ...base,
    op: z.literal("start"),
    kind: z.string(),
    name: text,
    service: text,
    environment: text,
    version: text,
    parentId: uuid.nullish().catch(null),
    traceId: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .nullish()
      .catch(null),
    actor,
  }),
  z.looseObject({
    ...base,
    op: z.literal("facts"),
    commitSha: text,
    ref: text,
    repository: text,
    url: text,
    actor,
  }),
  z.looseObject({
    ...base,
    op: z.literal("end"),
    status: z.enum(["succeeded", "failed", "canceled"]),
    error: text,
    exitCode: z.number().nullish().catch(null),
    durationMs: z.number().nonnegative().nullish().catch(null),
  }),
]);
type SpoolLine = z.infer<typeof recordSchema>;

/** A line may be a little longer than what the wrapper writes, never without bound. */
const MAX_LINE = SPOOL_LINE_BYTES * 4;

/** @returns one item for each right line; `invalid` counts the others, which say nothing that could be stored */
export function spoolItems(
  body: Uint8Array,
  instance: string,
  nowMs: number,
): { items: AppendItem[]; invalid: number } {
  const items: AppendItem[] = [];
  let invalid = 0;
  for (const line of Buffer.from(body).toString("utf8").split("\n")) {
    if (line.trim() === "") continue;
    const record = line.length > MAX_LINE ? null : parse(line);
    if (record === null) invalid += 1;
    else items.push(toItem(line, record.id.toLowerCase(), toTransition(record, instance), instance, nowMs));
  }
  return { items, invalid };
}

function parse(line: string): SpoolLine | null {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not JSON: counted by the caller
  }
}

/** Whether a line of the spool can be taken in; others are kept aside, never thrown away. */
export function isSpoolLine(line: string): boolean {
  return line.length <= MAX_LINE && parse(line) !== null;
}

/** The client made the id, so the activity's id is that very id; the object key only names it. */
function toTransition(record: SpoolLine, instance: string): Transition {
  const at = toIso(record.at);
  const object = {
    identityKind: "local",
    source: "local",
    instance,
    externalId: record.id.toLowerCase(),
    attempt: 1,
  };
  return { object, ...STEP[record.op](record as never), at };
}

type Said = { step: Step; facts: Facts };

const STEP: { [Op in SpoolLine["op"]]: (record: Extract<SpoolLine, { op: Op }>) => Said } = {
  start: ({ kind, name, service, environment, version, parentId, traceId, actor, tags, at }) => {
    const known = (KINDS as readonly string[]).includes(kind);
    const extra = { ...tags, ...(name ? { name } : {}), ...(known ? {} : { type: kind }) };
    const facts = { service, environment, version, parentId, traceId, startedAt: toIso(at), tags: extra };
    return {
      step: "running",
      facts: clean({ ...facts, kind: known ? (kind as Kind) : "action", actor: personOf(actor) }),
    };
  },
  facts: ({ commitSha, ref, repository, url, actor, tags }) => {
    const full = commitSha && isWholeSha(commitSha.toLowerCase()) ? commitSha.toLowerCase() : null;
    return {
      step: "observed",
      facts: clean({
        commitSha: full,
        ref,
        repository: web(repository),
        url: web(url),
        tags,
        actor: personOf(actor),
      }),
    };
  },
  end: ({ status, error, exitCode, durationMs, tags }) => {
    const extra =
      exitCode === null || exitCode === undefined ? tags : { ...tags, exitCode: String(exitCode) };
    return { step: status, facts: clean({ error, durationMs, tags: extra }) };
  },
};

const personOf = (
  actor: { name?: string | null | undefined; login?: string | null | undefined } | null | undefined,
) => (actor ? { name: actor.name ?? null, login: actor.login ?? null } : null);

/** Addresses that a page may link to; a repository may also be reached by ssh. */
const web = (url: string | null | undefined): string | null =>
  url && /^(https?:\/\/|ssh:\/\/|git@[\w.-]+:)/i.test(url) ? url : null;

/** Facts without the keys that say nothing. */
function clean(facts: Record<string, unknown>): Facts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== null && value !== undefined),
  ) as Facts;
}

function toItem(
  line: string,
  id: string,
  transition: Transition,
  instance: string,
  nowMs: number,
): AppendItem {
  const body = Buffer.from(line);
  const sha256 = sha256Hex(body);
  const receivedAt = new Date(nowMs).toISOString();
  const delivery: NewDelivery = {
    id: uuidv7(nowMs),
    source: "local",
    instance,
    headerId: null,
    bodySha256: sha256,
    seenSha256: sha256,
    receivedAt,
    verified: true,
    outcome: "accepted",
    reason: null,
    contentType: "application/x-ndjson",
    headers: {},
    body,
  };
  const { object, step, facts } = transition;
  const at = transition.at ?? receivedAt;
  return {
    delivery,
    events: [
      {
        type: "vice.activity.observed.v1",
        source: `/spool/${instance}`,
        subject: id,
        time: at,
        data: { object, step, at, reopens: false, facts, verified: true, generation: 0 },
        actor: null,
        traceparent: null,
        delivery: { id: delivery.id, sha256 },
      },
    ],
  };
}
