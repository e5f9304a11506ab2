/** `vice doctor`: says what is wrong with this house and how to mend it. */
import { join } from "node:path";
import { z } from "zod";
import type { Command } from "../../../kit/command.ts";
import { printable } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { lastBackupAt } from "../backup/last-backup.ts";
import { exporterViews } from "../export/index.ts";
import { spoolBytes } from "../intake/spool-files.ts";
import { waitingFor } from "../intake/spool-targets.ts";
import { knownAlike } from "../names/known-alike.ts";
import { lastRun } from "../schedules.ts";
import { findingsOf, type Observed } from "./findings.ts";
import { failingChannels, failingExporters, failingPollers, silentSources } from "./reporting.ts";

/** Something must be mended; warnings alone are 0. */
const EXIT_PROBLEM = 1;

const input = z.object({});
const output = z.strictObject({
  items: z.array(
    z.strictObject({
      check: z.string(),
      level: z.enum(["ok", "warning", "problem"]),
      saw: z.string(),
      mend: z.string().nullable(),
    }),
  ),
  healthy: z.boolean().describe("No problem; warnings may be there"),
});

const MARKS = { ok: ["✓", "green"], warning: ["!", "yellow"], problem: ["✗", "red"] } as const;

export const doctor: Command<Services, typeof input, typeof output> = {
  id: "data.doctor",
  words: ["doctor"],
  part: "data",
  summary: "Say what is wrong with this house and how to mend it.",
  examples: ["vice doctor", "vice doctor --json"],
  topics: [
    {
      title: "Exit codes",
      rows: [
        ["0", "nothing stands in the way; warnings may be there"],
        [String(EXIT_PROBLEM), "something marked ✗ must be mended"],
      ],
    },
  ],
  effect: "read",
  positional: [],
  input,
  output,
  list: "items",
  http: { method: "GET", path: "/v1/doctor" },
  run: async (_, { services, now }) => {
    const items = findingsOf(await observe(services, now()));
    return { items, healthy: items.every(({ level }) => level !== "problem") };
  },
  exit: ({ healthy }) => (healthy ? 0 : EXIT_PROBLEM),
  text: ({ items, healthy }, style) => {
    const lines = items.map(({ check, level, saw, mend }) => {
      const [mark, color] = MARKS[level];
      const line = `${style.color(color, mark)} ${check.padEnd(20)} ${printable(saw)}`;
      return mend === null || level === "ok" ? line : `${line}\n  ${" ".repeat(20)} → ${mend}`;
    });
    return [...lines, "", healthy ? "Nothing stands in the way." : "Mend what is marked ✗ first."].join("\n");
  },
};

async function observe(services: Services, nowMs: number): Promise<Observed> {
  const { store, config, sources } = services;
  const inspection = await services.inspect();
  const stats = store.deliveries.stats();
  const withSecret = stats.flatMap(({ source, instance }) => [
    ...(sources.instance(source, null).secrets.length > 0 ? [source] : []),
    ...(sources.instance(source, instance).secrets.length > 0 ? [`${source}/${instance}`] : []),
  ]);
  const scheduled = lastRun(services, "backup");
  return {
    inspection,
    silent: silentSources(services, nowMs),
    pollers: failingPollers(services),
    channels: failingChannels(services),
    exporters: failingExporters(exporterViews(services, nowMs)),
    health: store.maintenance.health(),
    stats,
    spoolBytes: await spoolBytes(join(config.home, "spool")),
    waitingFor: await waitingFor(join(config.home, "spool")),
    unmapped: stats.reduce((sum, stat) => sum + stat.unmapped, 0),
    alike: knownAlike(services, nowMs).length,
    unmatched: store.names.reported().filter((name) => !name.matched && name.deployments).length,
    withSecret: new Set(withSecret),
    openMode: !store.tokens.any(),
    loopback: /^(127\.|localhost$|::1$|\[::1\]$)/.test(config.host),
    node: process.versions.node,
    lastBackupAt: lastBackupAt(services),
    backupProblem: scheduled === null || scheduled.failures === 0 ? null : scheduled.problem,
    nowMs,
  };
}
