/** How a project reads on the terminal. */
import type { TextStyle } from "../../kit/command.ts";
import { sayDuration } from "../../kit/duration.ts";
import { printable, table } from "../../kit/table.ts";
import type { ShownProject } from "./shown-project.ts";

export function sayProject(shown: ShownProject, style: TextStyle): string {
  const { project, team, services, environments, origins, effective: holds } = shown;
  const title = `${style.color("bold", printable(project))}${team === null ? "" : `, team ${printable(team)}`}`;
  const known = origins.map(({ origin: how, place }) => [how, place].filter(Boolean).join(" "));
  const lines = [title, style.color("dim", printable(known.join("; ")))];
  if (services.length > 0) lines.push("", table(services, SERVICE_COLUMNS, style));
  if (environments.length > 0) lines.push("", table(environments, ENVIRONMENT_COLUMNS, style));
  if (holds !== null) {
    const where = `${printable(holds.environment)}${holds.service === null ? "" : ` for ${printable(holds.service)}`}`;
    const isEmpty = holds.origins.length === 0;
    lines.push("", isEmpty ? `In ${where} nothing is set.` : `In ${where}:`);
    if (!isEmpty) lines.push(table(holds.origins, ORIGIN_COLUMNS, style));
  }
  return lines.join("\n");
}

const sayValue = (value: unknown): string =>
  value === null || value === undefined ? "-" : typeof value === "string" ? value : JSON.stringify(value);

/** `{npm: "shop"}` as `npm shop`. */
const sayKind = (value: unknown): string =>
  value === null
    ? "-"
    : Object.entries(Object(value))
        .map(([kind, said]) => `${kind} ${sayValue(said)}`)
        .join(", ");

const SERVICE_COLUMNS = [
  { title: "service", value: (row: ShownProject["services"][number]) => row.name, flexible: true },
  { title: "path", value: (row: ShownProject["services"][number]) => row.path ?? "-", flexible: true },
  {
    title: "artifact",
    value: (row: ShownProject["services"][number]) => sayKind(row.artifact),
    flexible: true,
  },
  { title: "target", value: (row: ShownProject["services"][number]) => sayKind(row.target), flexible: true },
];

type Shown = ShownProject["environments"][number];
const ENVIRONMENT_COLUMNS = [
  { title: "environment", value: (row: Shown) => row.name, flexible: true },
  { title: "tier", value: (row: Shown) => row.tier ?? "-" },
  { title: "after", value: (row: Shown) => row.after.join(", ") || "-", flexible: true },
  { title: "approvals", value: (row: Shown) => sayApprovals(row.approvals), flexible: true },
  { title: "freezes", value: (row: Shown) => String(row.freezes.length || "-"), align: "right" as const },
  { title: "most commits", value: (row: Shown) => sayValue(row.maxCommits), align: "right" as const },
  { title: "most lines", value: (row: Shown) => sayValue(row.maxLines), align: "right" as const },
];

function sayApprovals(approvals: Shown["approvals"]): string {
  if (approvals === null) return "-";
  const { count, roles, expiresAfterMs } = approvals;
  const who = roles.length === 0 ? "" : ` of ${roles.join(", ")}`;
  return `${count}${who}${expiresAfterMs === null ? "" : `, for ${sayDuration(expiresAfterMs)}`}`;
}

type Held = NonNullable<ShownProject["effective"]>["origins"][number];
const ORIGIN_COLUMNS = [
  { title: "key", value: (row: Held) => row.key, flexible: true },
  { title: "value", value: (row: Held) => sayValue(row.value), flexible: true },
  { title: "layer", value: (row: Held) => row.layer },
  { title: "said in", value: (row: Held) => row.at, flexible: true },
];
