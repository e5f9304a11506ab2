/** `vice data restore`: brings a backup back into an empty home, or proves in a drill that it could. */

import { resolve } from "node:path";
import { z } from "zod";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { printable } from "../../../kit/table.ts";
import { dataCommand } from "../define-command.ts";
import { countsSchema } from "./manifest.ts";
import { drillBackup, restoreBackup } from "./restore.ts";

const flag = z.boolean().default(false);

const input = z.strictObject({
  url: z.string().min(1).describe("One backup, or the place that holds several: then the newest is taken."),
  to: z.string().min(1).optional().describe("Home to fill; the present one when left out."),
  verify: flag.describe("A drill: restore aside, prove it, delete it. Nothing is changed."),
  force: flag.describe("Replace what is there; the present store is kept aside."),
});

const output = z.object({
  backup: z.string(),
  createdAt: z.string(),
  drill: z.boolean(),
  home: z.string().nullable(),
  aside: z.string().nullable(),
  seq: z.int(),
  head: z.string(),
  counts: countsSchema,
  files: z.int(),
  bytes: z.number(),
  secretsLeftOut: z.array(z.string()),
  proven: z.array(z.string()),
  tookMs: z.number(),
});

/** As a shell takes it. */
const quoted = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** Needs only configuration, places and a way to open stores: it runs on an empty machine, with no store to open. */
export const restoreCommand = dataCommand({
  id: "data.restore",
  words: null,
  part: "data",
  summary: "Restore a backup into an empty home, or prove with --verify that it can be restored.",
  examples: [
    "vice data restore s3://my-backups/vice",
    "vice data restore /mnt/backups --verify",
    "vice data restore /mnt/backups --to /var/lib/vice --force",
  ],
  effect: "danger",
  needsStore: false,
  positional: ["url"],
  input,
  output,
  run: async ({ url, to, verify, force }, { services, now, progress }) => {
    const home = resolve(to ?? services.config.home);
    if (verify && (force || to !== undefined)) {
      throw new ViceError("input.invalid", {
        message: "--verify changes nothing, so it goes with neither --to nor --force.",
      });
    }
    const restored = verify
      ? await drillBackup(services, url, progress)
      : await restoreBackup(services, { url, home, force }, now, progress);
    const { manifest, proof, aside, tookMs } = restored;
    const { files, createdAt, secretsLeftOut } = manifest;
    return {
      ...{
        backup: restored.backup,
        createdAt,
        drill: verify,
        home: verify ? null : home,
        aside,
        secretsLeftOut,
        tookMs,
      },
      ...{ seq: proof.seq, head: proof.head, counts: proof.counts },
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      proven: [
        `${count(files.length, "file")} compared with the sizes and SHA-256 of the manifest`,
        `the log verifies up to its head ${proof.seq}:${proof.head}`,
        `${proof.counts.events} events, ${proof.counts.deliveries} deliveries and ${proof.counts.activities} activities are there`,
      ],
    };
  },
  text: ({ backup, drill, home, aside, secretsLeftOut, proven, tookMs }) => {
    const secrets =
      secretsLeftOut.length === 0
        ? "Secrets are not part of a backup; it names none that were left out."
        : `Secrets are not part of a backup. Enter again: ${secretsLeftOut.map(printable).join(", ")}`;
    const proofs = proven.map((each) => `proven: ${each}`);
    if (drill)
      return [
        ...proofs,
        `${backup} can be restored; that took ${sayDuration(tookMs)}. The copy was deleted, nothing was changed.`,
      ].join("\n");
    const kept = aside === null ? [] : [`What was there before is in ${aside}`];
    return [
      ...proofs,
      secrets,
      ...kept,
      `Restored ${backup} into ${home} in ${sayDuration(tookMs)}.`,
      `Use it: VICE_HOME=${quoted(home ?? "")} vice serve`,
    ].join("\n");
  },
});
