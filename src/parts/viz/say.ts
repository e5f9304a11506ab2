/** How activities are said in a terminal: short shas, names of people, coloured states. */
import type { Activity, Status } from "../../domain/activity.ts";
import type { TextStyle } from "../../kit/command.ts";

const MARKS = {
  succeeded: { mark: "✓", color: "green" },
  failed: { mark: "✗", color: "red" },
  canceled: { mark: "⊘", color: "yellow" },
  running: { mark: "▶", color: "cyan" },
  pending: { mark: "…", color: "cyan" },
  abandoned: { mark: "?", color: "yellow" },
} as const;

/** The sign of a state, its word, and a colour that says nothing more than they do. */
export const markOf = (status: Status | null) =>
  status === null
    ? ({ mark: "-", word: "unknown", color: null } as const)
    : { ...MARKS[status], word: status };

/** State as mark and word, so that it is never colour alone. */
export const sayStatus = (activity: Pick<Activity, "status">): string => {
  if (activity.status === null) return "unknown";
  return `${MARKS[activity.status].mark} ${activity.status}`;
};

export function paintStatus(text: string, activity: Pick<Activity, "status">, style: TextStyle): string {
  return activity.status === null ? text : style.color(MARKS[activity.status].color, text);
}

/** Whether it can have a version: of a ticket there is none to be known. */
export const hasRelease = ({
  kind,
  version,
  artifact,
}: Pick<Activity, "kind" | "version" | "artifact">): boolean =>
  ["deployment", "build"].includes(kind) || version !== null || artifact !== null;

/** What runs: the version, else the short commit, else the start of the digest. */
export function sayRelease(activity: Activity | null): string {
  if (activity === null) return "-";
  return (
    activity.version ??
    activity.commitSha?.slice(0, 8) ??
    activity.tags["shortSha"] ??
    activity.artifact?.digest?.slice(0, 19) ??
    "unknown"
  );
}

export const sayActor = (activity: Activity): string => activity.actor?.name ?? activity.actor?.login ?? "-";

/** The tool, and which one of several when it says so. */
export const sayTool = (activity: Activity): string => activity.tags["tool"] ?? activity.source;

export const shortId = (id: string): string => id.slice(0, 13);

/** What one types to name a ticket: its key where its name begins with one, else the start of its id. */
export const keyOf = ({ name, id }: { name: string; id: string }): string =>
  /^\S+-\d+(?=\s|$)/.exec(name)?.[0] ?? shortId(id);
