/** What can be wrong with a house, as a table of pure checks: each says what it saw and how to mend it. */
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import type { SourceStat } from "../../../ports/deliveries.ts";
import type { StoreHealth } from "../../../ports/maintenance.ts";
import type { Inspection } from "../../../ports/services.ts";
import type { WaitingFor } from "../intake/spool-targets.ts";
import type { FailingChannel, FailingExporter, FailingPoller, SilentSource } from "./reporting.ts";

/** What the checks are made from. */
export interface Observed {
  inspection: Inspection;
  silent: readonly SilentSource[];
  pollers: readonly FailingPoller[];
  channels: readonly FailingChannel[];
  exporters: readonly FailingExporter[];
  health: StoreHealth;
  stats: readonly SourceStat[];
  /** Bytes waiting in the local spool. */
  spoolBytes: number;
  /** What was recorded for other servers and was not handed over. */
  waitingFor: readonly WaitingFor[];
  unmapped: number;
  unmatched: number;
  /** Services that may be another one. */
  alike: number;
  /** Sources with a secret, as `source/instance` or `source`. */
  withSecret: ReadonlySet<string>;
  openMode: boolean;
  loopback: boolean;
  node: string;
  lastBackupAt: string | null;
  /** Why the last one by the clock failed; `null` = it did not. */
  backupProblem: string | null;
  nowMs: number;
}

export type Level = "ok" | "warning" | "problem";

export interface Finding {
  check: string;
  level: Level;
  saw: string;
  /** What to type or do; `null` when nothing is to be done. */
  mend: string | null;
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const WEEK_MS = 7 * 86_400_000;

const mib = (bytes: number): string =>
  bytes < GIB ? `${(bytes / MIB).toFixed(1)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`;
const ok = (check: string, saw: string): Finding => ({ check, level: "ok", saw, mend: null });

const HOUR_MS = 3_600_000;
const isLong = (sinceMs: number | null, nowMs: number): boolean =>
  sinceMs !== null && nowMs - sinceMs > HOUR_MS;

function sayChannel({ channel, problem, sinceMs, waiting, givenUp }: FailingChannel, nowMs: number): string {
  const since = sinceMs === null ? "" : ` (for ${sayDuration(nowMs - sinceMs)})`;
  const fails = problem === null ? channel : `${channel}: ${problem}${since}`;
  const parts = [fails, waiting === 0 ? "" : `${waiting} wait`, givenUp === 0 ? "" : `${givenUp} given up`];
  return parts.filter((part) => part !== "").join(", ");
}

type Check = (observed: Observed) => Finding;

const CHECKS: readonly Check[] = [
  ({ inspection: { file, problems, changed } }) => {
    const check = "configuration";
    if (problems.length > 0)
      return {
        check,
        level: "problem",
        saw: problems.join("; "),
        mend: "Mend the file; a server goes on with the former one.",
      };
    if (file === null) return ok(check, "no file; everything has its default");
    if (!changed) return ok(check, file);
    const mend = "Let the server read it again: kill -HUP <pid>, or systemctl reload vice";
    return { check, level: "warning", saw: `${file} was changed since it was read`, mend };
  },
  ({ inspection: { emptySecrets } }) => {
    const check = "secrets";
    if (emptySecrets.length === 0) return ok(check, "none is empty");
    const mend = "Give it a value, or take the key away; an empty secret proves nothing.";
    return { check, level: "warning", saw: `empty: ${emptySecrets.join(", ")}`, mend };
  },
  ({ inspection: { loose } }) => {
    const check = "file modes";
    if (loose.length === 0) return ok(check, "only you can read home and secrets");
    const saw = loose.map(({ path, mode }) => `${path} (${mode.toString(8)})`).join(", ");
    const mend = `Take it from others: chmod go-rwx ${loose.map(({ path }) => path).join(" ")}`;
    return { check, level: "warning", saw: `others can read ${saw}`, mend };
  },
  ({ silent, nowMs }) => {
    const check = "silent sources";
    if (silent.length === 0) return ok(check, "every one that is set up reports");
    const said = silent.map(({ source, lastAt }) =>
      lastAt === null ? `${source} never` : `${source} not for ${sayDuration(nowMs - Date.parse(lastAt))}`,
    );
    const mend = "If there was something to report, look at the webhook there: vice source list";
    return { check, level: "warning", saw: said.join(", "), mend };
  },
  ({ pollers, nowMs }) => {
    const check = "reading from vendors";
    if (pollers.length === 0) return ok(check, "nothing stands in the way");
    const said = pollers.map(
      ({ place, problem, sinceMs }) => `${place}: ${problem} (for ${sayDuration(nowMs - sinceMs)})`,
    );
    const mend = "Check sources.<name>.poll in vice.server.yaml: address, token, what the token may read.";
    return { check, level: "problem", saw: said.join("; "), mend };
  },
  ({ channels, nowMs }) => {
    const check = "notices";
    if (channels.length === 0) return ok(check, "every channel takes what it is told");
    const saw = channels.map((channel) => sayChannel(channel, nowMs)).join("; ");
    const isLost = channels.some(({ givenUp, sinceMs }) => givenUp > 0 || isLong(sinceMs, nowMs));
    const mend =
      "Look at notify in vice.server.yaml, then: vice notify test CHANNEL, vice notify retry (or drop)";
    return { check, level: isLost ? "problem" : "warning", saw, mend };
  },
  ({ exporters, nowMs }) => {
    const check = "exports";
    if (exporters.length === 0) return ok(check, "nothing stands in the way");
    const said = exporters.map(({ exporter, problem, sinceMs, lagEvents }) => {
      const since = sinceMs === null ? "" : ` (for ${sayDuration(nowMs - sinceMs)})`;
      return `${exporter}: ${problem}${since}${lagEvents ? `, ${count(lagEvents, "event")} behind` : ""}`;
    });
    const lasts = exporters.some(({ sinceMs }) => sinceMs === null || isLong(sinceMs, nowMs));
    const mend =
      "Look at exporters in vice.server.yaml and at the collector; nothing is lost: vice data exporters";
    return { check, level: lasts ? "problem" : "warning", saw: said.join("; "), mend };
  },
  ({ node }) => {
    const major = Number(node.split(".")[0]);
    if (major >= 24) return ok("Node.js", node);
    return { check: "Node.js", level: "problem", saw: node, mend: "Install Node.js 24 or newer." };
  },
  ({ health }) => {
    const saw = `${mib(health.freeBytes)} free beside ${health.file}`;
    if (health.freeBytes < 100 * MIB)
      return {
        check: "disk",
        level: "problem",
        saw,
        mend: "Free some space, or keep raw bodies for a shorter time: vice data prune --bodies-older-than 30d",
      };
    if (health.freeBytes < GIB)
      return {
        check: "disk",
        level: "warning",
        saw,
        mend: "Plan more space, or set store.keepBodies in vice.server.yaml.",
      };
    return ok("disk", saw);
  },
  ({ health }) => {
    const saw = `${health.seq} events, ${health.activities} activities, ${mib(health.fileBytes)}`;
    return ok("store", saw);
  },
  ({ health }) => {
    if (health.lag === 0) return ok("read models", "up to date");
    const saw = `${health.lag} events behind the log`;
    return {
      check: "read models",
      level: health.lag > 10_000 ? "warning" : "ok",
      saw,
      mend: "They catch up by themselves; if they do not: vice data rebuild",
    };
  },
  ({ health: { failedEvents } }) => {
    if (failedEvents === 0) return ok("events left out", "none");
    const saw = `${failedEvents} cannot be shown; the log keeps them`;
    const mend = "Update vice, then: vice data rebuild";
    return { check: "events left out", level: "problem", saw, mend };
  },
  ({ health: { notFollowed } }) => {
    const check = "links and figures";
    const first = notFollowed[0];
    if (first === undefined) return ok(check, "nothing is missing in them");
    const missing = notFollowed.map(({ follower, activities }) => `${activities} in ${follower}`).join(", ");
    const saw = `activities are missing: ${missing}; the first: ${first.first ?? "gone since"} (${first.problem})`;
    const mend = `${first.first === null ? "" : `See it: vice activities show ${first.first}. `}Another version of vice tries again; at once: vice data rebuild`;
    return { check, level: "problem", saw, mend };
  },
  ({ health }) => {
    const saw = `${mib(health.walBytes)}`;
    if (health.walBytes < 512 * MIB) return ok("write-ahead log", saw);
    return {
      check: "write-ahead log",
      level: "warning",
      saw,
      mend: "A reader holds it back; restart the server, and look for a query that never ends.",
    };
  },
  ({ spoolBytes }) => {
    if (spoolBytes === 0) return ok("spool", "empty");
    return {
      check: "spool",
      level: "warning",
      saw: `${mib(spoolBytes)} wait to be delivered`,
      mend: "Hand them over: vice flush",
    };
  },
  ({ waitingFor }) => {
    const check = "for other servers";
    const first = waitingFor[0];
    if (first === undefined) return ok(check, "nothing waits");
    const saw = waitingFor.map(({ server, records }) => `${count(records, "record")} for ${server}`);
    const mend = `Hand them over: vice flush --server ${first.server}`;
    return { check, level: "warning", saw: saw.join(", "), mend };
  },
  ({ stats, withSecret, openMode }) => {
    const bare = stats.filter(
      ({ source, instance }) =>
        source !== "local" && !withSecret.has(source) && !withSecret.has(`${source}/${instance}`),
    );
    if (bare.length === 0) return ok("webhook secrets", "every source has one");
    const saw = `no secret: ${[...new Set(bare.map((each) => each.source))].join(", ")}`;
    const mend = `Make one: vice source connect ${bare[0]?.source}`;
    return { check: "webhook secrets", level: openMode ? "warning" : "problem", saw, mend };
  },
  ({ stats, nowMs }) => {
    const refused = stats.filter(
      ({ lastRejection }) => lastRejection !== null && nowMs - Date.parse(lastRejection.at) < 86_400_000,
    );
    const newest = refused[0];
    if (newest === undefined) return ok("refused deliveries", "none in the last day");
    const saw = `${newest.source}: ${newest.lastRejection?.reason}`;
    return {
      check: "refused deliveries",
      level: "warning",
      saw,
      mend: "Enter the same secret at the sender; see the Sources page.",
    };
  },
  ({ unmapped }) => {
    if (unmapped === 0) return ok("unmapped deliveries", "none");
    return {
      check: "unmapped deliveries",
      level: "warning",
      saw: `${unmapped} kept raw`,
      mend: "Look: vice data deliveries --outcome unmapped; then map them and: vice data reprocess",
    };
  },
  ({ unmatched, alike }) => {
    if (unmatched + alike === 0) return ok("names", "none stands alone, and no two services look alike");
    const alone = unmatched === 1 ? "1 name stands alone" : `${unmatched} names stand alone`;
    const others = alike === 1 ? "1 service may be another one" : `${alike} services may be other ones`;
    return {
      check: "names",
      level: "ok",
      saw: [...(unmatched === 0 ? [] : [alone]), ...(alike === 0 ? [] : [others])].join(", "),
      mend: "Merge what is one: vice service unmatched",
    };
  },
  ({ openMode, loopback }) => {
    if (!openMode) return ok("access", "tokens are required");
    const saw = "open mode: requests from this machine need no token";
    return loopback
      ? ok("access", saw)
      : { check: "access", level: "problem", saw, mend: "vice token create --name me" };
  },
  ({ backupProblem }) => {
    if (backupProblem === null) return ok("scheduled backup", "nothing failed");
    const mend = "Check backup in vice.server.yaml and the place it names; it is tried again by itself.";
    return {
      check: "scheduled backup",
      level: "problem",
      saw: `the last one failed: ${backupProblem}`,
      mend,
    };
  },
  ({ lastBackupAt, nowMs, health }) => {
    if (health.seq < 100) return ok("backup", "little to lose yet");
    if (lastBackupAt === null)
      return {
        check: "backup",
        level: "warning",
        saw: "never made",
        mend: "vice data backup file:///var/backups/vice",
      };
    const ageMs = nowMs - Date.parse(lastBackupAt);
    const saw = `${sayDuration(ageMs)} ago`;
    if (ageMs < WEEK_MS) return ok("backup", saw);
    return {
      check: "backup",
      level: "warning",
      saw,
      mend: "vice data backup file:///var/backups/vice, or set backup in vice.server.yaml",
    };
  },
];

/** All findings, in a fixed order. */
export const findingsOf = (observed: Observed): Finding[] => CHECKS.map((check) => check(observed));
