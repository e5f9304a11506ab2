/** What vice started at a place, as it stands, and its log; what others did there it does not see. */
import type { TargetCall, TargetStatus } from "../../../ports/target.ts";
import type { Parts } from "./carry-out.ts";
import { whereIs } from "./follow.ts";
import { type Entry, openJournal } from "./journal.ts";
import { plainLine } from "./log-teller.ts";
import type { Work } from "./work.ts";

type Call = TargetCall<Readonly<Record<string, unknown>>>;

/** Newest first; what was started at another vendor before vice.yaml was changed says nothing any more. */
function entriesOf(call: Call, { home }: Parts): Entry[] {
  return openJournal(home, call.place)
    .all()
    .filter(({ vendor }) => call.spec[vendor] !== undefined);
}

export async function statusOf(call: Call, parts: Parts): Promise<TargetStatus> {
  const all = entriesOf(call, parts);
  const [newest] = all;
  if (newest === undefined) return { running: null, releases: [], detail: "vice started nothing there yet" };
  const { vendor, ask, api } = parts.work("switch", call, newest);
  const where = newest.started === null ? "" : `, see ${whereIs(newest.started, vendor)}`;
  const says = await sayEnd(newest, { vendor, ask, api });
  const detail = `${vendor.title}, the last that vice started: ${nameOf(newest)}, ${says}${where}`;
  return { running: runningOf(all), releases: [], detail };
}

/** What ended well last. Whether it still runs nobody told. */
function runningOf(all: readonly Entry[]): TargetStatus["running"] {
  const found = all.find(({ outcome }) => outcome?.outcome === "succeeded");
  if (found === undefined) return null;
  const { release, endedAt, started } = found;
  const { id, version, commitSha } = release;
  return { releaseId: id, version, commitSha, since: endedAt, healthy: null, url: started?.url ?? null };
}

const nameOf = ({ release, isRollback }: Entry): string =>
  `${release.version ?? release.commitSha?.slice(0, 12) ?? "a release without a version"}${isRollback ? " (going back)" : ""}`;

async function sayEnd(
  { outcome, started }: Entry,
  { vendor, ask, api }: Pick<Work, "vendor" | "ask" | "api">,
): Promise<string> {
  if (outcome !== null) return outcome.error ?? "succeeded";
  if (started === null) return "nobody knows whether it was started";
  const asked = await vendor.follow(started, ask, api).catch(() => null);
  return asked?.says ?? "it cannot be asked now";
}

export async function lastLines(call: Call, lines: number, parts: Parts): Promise<string> {
  const newest = entriesOf(call, parts)[0];
  if (newest === undefined || newest.started === null) return "";
  const { vendor, ask, api, mask } = parts.work("switch", call, newest);
  const { text } = await vendor.log(newest.started, ask, null, api);
  const last = text.trimEnd().split("\n").slice(-lines);
  return last.map((line) => plainLine(line.replace(/\r$/, ""), mask)).join("\n");
}
