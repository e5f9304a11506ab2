/** Measures step percentiles over 90 days from the daily and weekly histograms, beside the same from all rows of the same file. */
import { join } from "node:path";
import { openConnection } from "../src/adapters/store/sqlite/connection.ts";
import { durationsOf } from "../src/adapters/store/sqlite/durations.ts";
import type { Followed } from "../src/adapters/store/sqlite/follow/follower.ts";
import { stepDurations } from "../src/adapters/store/sqlite/follow/step-durations.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import type { Activity } from "../src/domain/activity.ts";
import { quantile as exactQuantile } from "../src/domain/quantile.ts";
import { groupsOf } from "../src/parts/viz/durations/groups.ts";
import type { Services } from "../src/ports/services.ts";
import { randomOf } from "../test/reliability/fuzz-bodies.ts";
import { END_MS, YEAR_MS } from "./history-load.ts";
import { median, type Row, type Size, spent } from "./measure.ts";
import { inScratch } from "./scratch.ts";

const STEPS = 100;
const SERVICES = 20;
const SOURCES = ["gitlab", "github", "jenkins"] as const;
const BATCH = 250_000;
const DAY = 86_400_000;
const ROUNDS = 15;

/** A year of steps: the first tenth of the names makes half of them, durations spread over three magnitudes. */
function batchOf(from: number, size: number, random: () => number): Followed[] {
  return Array.from({ length: size }, (_, at): Followed => {
    const name = random() < 0.5 ? Math.floor(random() * (STEPS / 10)) : Math.floor(random() * STEPS);
    const occurredMs = Math.floor(END_MS - random() * YEAR_MS);
    const durationMs = Math.round(1000 * (1 + name) * 10 ** (random() + random() - 1));
    const activity = {
      ...{ kind: "stage", status: random() < 0.05 ? "failed" : "succeeded", durationMs },
      service: `service-${Math.floor(random() * SERVICES)}`,
      ...{
        environment: null,
        source: SOURCES[at % SOURCES.length] ?? "gitlab",
        commitSha: null,
        externalId: null,
      },
      tags: { name: `step-${name}`, workflow: name % 2 === 0 ? "ci" : "release" },
    } as unknown as Activity;
    return { n: from + at, was: null, is: { activity, person: null, counted: true, occurredMs } };
  });
}

export const durationsBench = ({ quick }: Size): Promise<Row[]> =>
  inScratch(async (folder) => {
    const count = quick ? 100_000 : 5_000_000;
    const db = openConnection(join(folder, "durations.db"), "write");
    try {
      db.db.exec(stepDurations.tables);
      db.db.exec(
        "PRAGMA synchronous = OFF; CREATE TABLE step_row (occurred_ms INTEGER, name TEXT, ms INTEGER)",
      );
      const random = randomOf(7);
      let followMs = 0;
      for (let from = 0; from < count; from += BATCH) {
        const batch = batchOf(from, Math.min(BATCH, count - from), random);
        db.transaction(() => {
          for (const { is } of batch)
            db.run(
              "INSERT INTO step_row VALUES (?, ?, ?)",
              is?.occurredMs ?? 0,
              is?.activity.tags["name"] ?? "",
              is?.activity.durationMs ?? 0,
            );
        });
        const began = performance.now();
        db.transaction(() => stepDurations.take(db, batch));
        followMs += performance.now() - began;
      }
      db.db.exec("CREATE INDEX step_row_time ON step_row (occurred_ms)");
      const store = { durations: durationsOf(db, () => {}) } as unknown as Services["store"];
      const config = loadServerConfig({});
      const timed = (body: () => void): number => {
        const began = performance.now();
        body();
        return performance.now() - began;
      };
      const rounds = Array.from({ length: ROUNDS }, () =>
        spent(() => void store.durations.gathered("step", { fromDay: end - 89, toDay: end + 1 })),
      );
      const one = median(rounds.map(({ ms }) => ms));
      const cpuUs = median(rounds.map((round) => round.cpuUs));
      const both = median(
        Array.from({ length: ROUNDS }, () =>
          timed(() => void groupsOf({ store, config }, { by: "step", days: 90 }, END_MS)),
        ),
      );
      const scan = median(
        Array.from({ length: 3 }, () =>
          timed(() => {
            const groups = new Map<string, number[]>();
            for (const row of db.all(
              "SELECT name, ms FROM step_row WHERE occurred_ms >= ? AND occurred_ms < ?",
              (end - 89) * DAY,
              (end + 1) * DAY,
            )) {
              const list = groups.get(row["name"] as string);
              if (list === undefined) groups.set(row["name"] as string, [row["ms"] as number]);
              else list.push(row["ms"] as number);
            }
            for (const list of groups.values())
              for (const share of [0.5, 0.75, 0.95, 0.99]) exactQuantile(list, share);
          }),
        ),
      );
      const reference = "exact, from the rows of the span";
      const row = (what: string, value: number, goal: string): Row => ({
        ...{ what, value, unit: "ms", reference, referenceValue: scan, ratio: scan / value, goal },
      });
      return [
        { ...row(`step percentiles, 90 days, ${count / 1e6} M steps`, one, "< 10 ms"), cpuUs },
        row("the same with the 90 days before (vice report durations)", both, "-"),
        {
          ...{ what: "taking a step into the histograms", value: (followMs / count) * 1000, unit: "us" },
          ...{
            reference: "500 steps a second",
            referenceValue: 2000,
            ratio: 2000 / ((followMs / count) * 1000),
          },
          goal: "-",
        },
      ];
    } finally {
      db.close();
    }
  });

const end = Math.floor(END_MS / DAY);
