/** `vice audit verify|export|head`: proves that the log was not altered, and lists who did what, where and when. */
import { z } from "zod";
import { count } from "../../../kit/count.ts";
import { csvOf } from "../../../kit/csv.ts";
import { ViceError } from "../../../kit/errors.ts";
import { readMoment } from "../../../kit/moment.ts";
import { table } from "../../../kit/table.ts";
import type { LogHead, VerifyResult } from "../../../ports/event-log.ts";
import { dataCommand } from "../define-command.ts";
import type { AuditRow } from "./audit-row.ts";
import { readAudit } from "./read-audit.ts";
import { readHead } from "./read-head.ts";

const verified = z.object({
  ok: z.literal(true),
  events: z.int(),
  seq: z.int(),
  head: z.string(),
  expected: z.string().nullable(),
  store: z.string().describe("The file that was checked"),
});

export const auditVerify = dataCommand({
  id: "audit.verify",
  words: ["audit", "verify"],
  part: "data",
  summary: "Recompute the hash chain of the log and name the first altered record.",
  examples: [
    "vice audit verify",
    "vice audit verify --head 4711:9f86d0...",
    "vice audit verify --head /mnt/elsewhere/heads.ndjson",
  ],
  effect: "read",
  positional: [],
  input: z.strictObject({
    head: z
      .string()
      .min(1)
      .optional()
      .describe("A head kept elsewhere: SEQ:HASH, or a file of heads or a backup's manifest.json."),
  }),
  output: verified,
  http: { method: "GET", path: "/v1/audit/verify" },
  run: async ({ head }, { services, progress, principal }) => {
    const expected = head === undefined ? null : await readHead(head, principal);
    const { file } = services.store.maintenance.health();
    const verify = (against: LogHead | null): Promise<VerifyResult> =>
      services.store.log.verify(against, (share) => progress(share, "verifying"));
    const result = await verify(expected);
    if (!result.ok) {
      const whole = expected === null ? result : await verify(null);
      throw whole.ok ? headMisfits(file, result, whole.events) : damaged(file, whole);
    }
    const shown = expected === null ? null : `${expected.seq}:${expected.hash}`;
    return {
      ok: true as const,
      events: result.events,
      seq: result.head.seq,
      head: result.head.hash,
      expected: shown,
      store: file,
    };
  },
  text: ({ events, seq, head, expected, store }) => {
    const kept =
      expected === null
        ? `Keep this head elsewhere, and check against it later: vice audit verify --head ${seq}:${head}`
        : "The log contains the head kept elsewhere.";
    return [
      `store ${store}`,
      `head ${seq}:${head}`,
      `${events} events verified, none was altered. ${kept}`,
    ].join("\n");
  },
});

type Failed = Extract<VerifyResult, { ok: false }>;

const damaged = (file: string, { problem, events, seq }: Failed): ViceError =>
  new ViceError("store.damaged", { file, problem: `${problem}; the ${events} before it are right`, seq });

/** The chain holds, so the head is of another log or not as it was noted, or the whole log was written anew. */
function headMisfits(file: string, { problem, seq }: Failed, events: number): ViceError {
  return new ViceError("data.invalid", {
    message: `The head kept elsewhere does not fit the store ${file}: ${problem}. The chain of all ${count(events, "event")} is unbroken.`,
    hint: "If the head was copied rightly and is of this store, its log was replaced: compare with a backup (vice data restore <URL> --verify).",
    seq,
  });
}

export const auditHead = dataCommand({
  id: "audit.head",
  words: ["audit", "head"],
  part: "data",
  summary: "Print the head of the log, to be kept elsewhere.",
  examples: ["vice audit head >> /mnt/elsewhere/heads"],
  effect: "read",
  positional: [],
  input: z.strictObject({}),
  output: z.object({ seq: z.int(), hash: z.string() }),
  run: (_input, { services }) => services.store.log.head(),
  text: ({ seq, hash }) => `${seq}:${hash}`,
});

const row = z.object({
  ...{
    seq: z.int(),
    at: z.string(),
    who: z.string().nullable(),
    what: z.string(),
    where: z.string().nullable(),
  },
  ...{
    outcome: z.string().nullable(),
    detail: z.string().nullable(),
    subject: z.string().nullable(),
    source: z.string(),
  },
});

const MOST = 1_000_000;

export const auditExport = dataCommand({
  id: "audit.export",
  words: ["audit", "export"],
  part: "data",
  summary: "List who did what, where, when and with which outcome.",
  examples: [
    "vice audit export --from 2026-10-01 --to 2026-11-01 --format csv",
    "vice audit export --from 30d --json",
  ],
  effect: "read",
  positional: [],
  input: z.strictObject({
    from: z.string().optional().describe("Inclusive: a date, a time, or 30d for that long ago."),
    to: z.string().optional().describe("Exclusive."),
    format: z.enum(["table", "csv", "json"]).default("table"),
    limit: z.coerce.number().int().min(1).max(MOST).default(100_000),
    cursor: z.coerce.number().int().nonnegative().default(0).describe("`next` of the page before."),
  }),
  output: z.object({
    items: z.array(row),
    next: z.int().nullable(),
    format: z.enum(["table", "csv", "json"]),
  }),
  http: { method: "GET", path: "/v1/audit" },
  list: "items",
  run: async ({ from, to, format, limit, cursor }, { services, now, signal }) => {
    const nowMs = now();
    const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : readMoment(from, nowMs);
    const untilMs = to === undefined ? Number.POSITIVE_INFINITY : readMoment(to, nowMs);
    const items: AuditRow[] = [];
    for await (const rows of readAudit(services.store, { fromMs, untilMs, after: cursor }, nowMs)) {
      items.push(...rows);
      if (items.length > limit || signal.aborted) break;
    }
    const more = items.length > limit;
    items.length = Math.min(items.length, limit);
    return { items, next: more ? (items.at(-1)?.seq ?? null) : null, format };
  },
  text: ({ items, next, format }, style) => {
    if (format === "csv") return csvOf(items, Object.keys(row.shape)).trimEnd();
    if (format === "json") return JSON.stringify(items, null, 2);
    const columns = [
      { title: "when", value: (each: AuditRow) => each.at },
      { title: "who", value: (each: AuditRow) => each.who ?? "-", flexible: true },
      { title: "what", value: (each: AuditRow) => each.what, flexible: true },
      { title: "where", value: (each: AuditRow) => each.where ?? "-", flexible: true },
      { title: "outcome", value: (each: AuditRow) => each.outcome ?? "-" },
      { title: "detail", value: (each: AuditRow) => each.detail ?? "", flexible: true },
    ];
    const tail = next === null ? "" : ` There are more: --cursor ${next}`;
    return [
      table(items, columns, style),
      "",
      `${items.length} entries. For a spreadsheet: --format csv.${tail}`,
    ].join("\n");
  },
});

export const auditCommands = [auditVerify, auditExport, auditHead] as const;
