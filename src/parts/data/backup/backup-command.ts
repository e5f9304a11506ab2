/** `vice data backup` (`vice greed backup`) and `vice data backups`: makes a backup, lists what is there. */
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { table } from "../../../kit/table.ts";
import { dataCommand } from "../define-command.ts";
import { findBackups, readManifest } from "./find-backups.ts";
import { makeBackup } from "./make-backup.ts";
import { countsSchema } from "./manifest.ts";
import { saySize } from "./say-size.ts";

const url = z.string().min(1).describe("file:///path, a plain path, or s3://bucket/prefix.");

const backup = z.object({
  url: z.string(),
  createdAt: z.string(),
  version: z.string(),
  seq: z.int(),
  head: z.string(),
  counts: countsSchema,
  files: z.int(),
  bytes: z.number(),
});
type Backup = z.infer<typeof backup>;

const made = backup.extend({
  storedBytes: z.number(),
  tookMs: z.number(),
  secretsLeftOut: z.array(z.string()),
});

const sum = (files: ReadonlyArray<{ bytes: number }>): number =>
  files.reduce((total, file) => total + file.bytes, 0);

export const backupCommand = dataCommand({
  id: "data.backup",
  words: null,
  part: "data",
  summary:
    "Back up store, spool and configuration (without secrets) to a folder or a bucket, while writing goes on.",
  examples: ["vice greed backup s3://my-backups/vice", "vice data backup /mnt/backups"],
  effect: "write",
  scope: "admin",
  positional: ["url"],
  input: z.strictObject({ url }),
  output: made,
  run: async (input, { services, now, progress, principal }) => {
    const began = performance.now();
    const { manifest, storedBytes, ...result } = await makeBackup(input.url, {
      services,
      now,
      progress,
      actor: principal.id,
    });
    const { createdAt, version, seq, head, counts, files, secretsLeftOut } = manifest;
    const tookMs = Math.round(performance.now() - began);
    const about = {
      createdAt,
      version,
      seq,
      head,
      counts,
      secretsLeftOut,
      files: files.length,
      bytes: sum(files),
    };
    return { url: result.url, ...about, storedBytes, tookMs };
  },
  text: (result) => {
    const { counts, bytes, storedBytes, tookMs, secretsLeftOut } = result;
    const left = secretsLeftOut.length === 0 ? [] : [`Left out (secrets): ${secretsLeftOut.join(", ")}`];
    return [
      `${counts.events} events, ${counts.deliveries} deliveries; ${saySize(bytes)} as ${saySize(storedBytes)}; head ${result.seq}:${result.head}`,
      ...left,
      `Backed up to ${result.url} in ${sayDuration(tookMs)}. Prove it: vice data restore ${result.url} --verify`,
    ].join("\n");
  },
});

const list = z.object({ items: z.array(backup.extend({ problem: z.string().nullable() })) });

export const backupsCommand = dataCommand({
  id: "data.backups",
  words: null,
  part: "data",
  summary: "List the backups at a place, newest first.",
  examples: ["vice data backups s3://my-backups/vice"],
  effect: "read",
  scope: "admin",
  positional: ["url"],
  input: z.strictObject({ url }),
  output: list,
  list: "items",
  run: async (input, { services }) => {
    const place = services.openBlobs(input.url);
    const found = (await findBackups(place)).toReversed();
    const items = await Promise.all(
      found.map((each) =>
        readManifest(place, each).then(
          (manifest): Backup & { problem: null } => {
            const { createdAt, version, seq, head, counts, files } = manifest;
            return {
              url: each.url,
              createdAt,
              version,
              seq,
              head,
              counts,
              files: files.length,
              bytes: sum(files),
              problem: null,
            };
          },
          (error: Error) => ({ ...UNREADABLE, url: each.url, problem: error.message }),
        ),
      ),
    );
    return { items };
  },
  text: ({ items }, style) => {
    if (items.length === 0) return "There is no backup at this place. Make one: vice data backup <URL>";
    const columns = [
      {
        title: "made",
        value: (row: Row) => (row.problem === null ? sayAgo(row.createdAt, style.nowMs) : "damaged"),
      },
      { title: "events", value: (row: Row) => String(row.counts.events), align: "right" as const },
      { title: "size", value: (row: Row) => saySize(row.bytes), align: "right" as const },
      { title: "url", value: (row: Row) => row.url },
    ];
    return [
      table(items, columns, style),
      "",
      `${items.length} found. Restore the newest: vice data restore <URL>`,
    ].join("\n");
  },
});
type Row = z.infer<typeof list>["items"][number];

const UNREADABLE: Backup = {
  ...{ url: "", createdAt: "", version: "", seq: 0, head: "", files: 0, bytes: 0 },
  counts: { events: 0, deliveries: 0, activities: 0 },
};
