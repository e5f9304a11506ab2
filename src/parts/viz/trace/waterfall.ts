/** How a trace reads in a terminal: its tree, when each activity went on, and what the end of it waited for. */
import { criticalPath, type Section } from "../../../domain/trace/critical-path.ts";
import { type Extent, extentOf, lengthOf, rangeOf } from "../../../domain/trace/extent.ts";
import { PARENT } from "../../../domain/trace/graph.ts";
import { layOut, type Row } from "../../../domain/trace/layout.ts";
import type { Span, TakenBackFrom, Trace } from "../../../domain/trace/span.ts";
import { lateIn, type Whole, type WholePart, wholeOf } from "../../../domain/trace/whole.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { TextStyle } from "../../../kit/command.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { printable } from "../../../kit/table.ts";
import { keyOf, markOf } from "../say.ts";
import { barOf, ruler, SIGNS } from "./bars.ts";

/** Below it there is no room for bars. */
const NARROW = 65;
/** Wider ones are harder to read, and a pipe has no width at all. */
const WIDEST = 160;
const MOST_NAME = 48;
const LEAST_NAME = 22;
const LEAST_BAR = 16;
/** Deeper ones stand no further to the right. */
const DEEPEST = 12;
const LEAST_TOOK = 7;
const STATUS = 11;
const GAP = 2;

interface Line {
  row: Row<Span>;
  extent: Extent;
  sections: readonly Section[];
  name: string;
}

/** @returns lines joined by newline, without a final one */
export function waterfall(trace: Trace, style: TextStyle): string {
  const { sections } = criticalPath(trace.spans, style.nowMs);
  const rows = layOut(trace.spans);
  const lines = linesOf(rows, sections, style.nowMs);
  const range = rangeOf(lines.map(({ extent }) => extent));
  const whole = wholeOf(lines.map(({ row, extent }) => ({ kind: row.span.kind, extent })));
  if (range === null || whole === null) return "Nothing is known of this trace.";
  const columns = Math.min(style.columns, WIDEST);
  const isNarrow = columns < NARROW;
  const longest = Math.max(...lines.map(({ name }) => name.length));
  const took = Math.max(LEAST_TOOK, ...lines.map(({ extent }) => tookOf(extent).length));
  const others = 2 + GAP + took + GAP + (isNarrow ? 1 : STATUS);
  const room = columns - others - (isNarrow ? 0 : GAP + LEAST_BAR);
  const nameWidth = Math.min(longest, isNarrow ? room : Math.max(LEAST_NAME, Math.min(MOST_NAME, room)));
  const scale = { ...range, width: Math.max(LEAST_BAR, columns - others - nameWidth - GAP) };
  const drawn = lines.map((line) => drawLine(line, { nameWidth, took }, isNarrow ? null : scale, style));
  const head = isNarrow
    ? []
    : [style.color("dim", `${" ".repeat(columns - scale.width)}${ruler(scale)}`.trimEnd())];
  return [
    titleOf(trace, whole, style),
    ...(trace.takenBack ?? []).map((each) => style.color("yellow", sayTakenBack(each, style.nowMs))),
    "",
    ...head,
    ...drawn,
    "",
    ...summaryOf(trace, lines, sections, whole),
    ...reasonsOf(trace, style),
    ...(isNarrow ? [] : [style.color("dim", LEGEND)]),
  ].join("\n");
}

const LEGEND = `${SIGNS.path} the end waited for it  ${SIGNS.beside} beside that  ${SIGNS.waited} waiting  ${SIGNS.unknown} not known  ${SIGNS.moment} one moment  ${SIGNS.open} goes on`;

function linesOf(rows: readonly Row<Span>[], sections: readonly Section[], nowMs: number): Line[] {
  const byId = Map.groupBy(sections, ({ id }) => id);
  /** How many rows are left below each row that the tree is in now. */
  const left: number[] = [];
  const hasMore: boolean[] = [];
  return rows.map((row, at) => {
    const { span, depth } = row;
    left.length = depth;
    hasMore[depth] = isFollowed(rows, at);
    const stems = hasMore.slice(1, depth).map((more) => (more ? "│ " : "  "));
    const knee = depth === 0 ? "" : hasMore[depth] ? "├ " : "└ ";
    const prefix = [...stems.slice(0, DEEPEST), knee].join("");
    return {
      row,
      extent: extentOf(span, nowMs),
      sections: byId.get(span.id) ?? [],
      name: `${prefix}${nameOf(span)}`,
    };
  });
}

/** Whether a sibling comes after it and all below it. */
const isFollowed = (rows: readonly Row<Span>[], at: number): boolean =>
  rows[at + 1 + (rows[at]?.below ?? 0)]?.depth === rows[at]?.depth;

const nameOf = ({ kind, name }: Span): string =>
  printable(name.toLowerCase().startsWith(kind) ? name : `${kind} ${name}`);

function drawLine(
  line: Line,
  { nameWidth: width, took }: { nameWidth: number; took: number },
  scale: Parameters<typeof barOf>[2] | null,
  style: TextStyle,
): string {
  const { row, extent, sections, name } = line;
  const isOnPath = sections.length > 0;
  const { mark, word, color } = markOf(row.span.status);
  const fitted = name.length > width ? `${name.slice(0, width - 1)}…` : name.padEnd(width);
  const status = scale === null ? mark : `${mark} ${word}`.padEnd(STATUS);
  const cells = [
    `${isOnPath ? "*" : " "} ${isOnPath ? style.color("bold", fitted) : fitted}`,
    tookOf(extent).padStart(took),
    color === null ? status : style.color(color, status),
  ];
  if (scale !== null) {
    const bar = barOf(extent, sections, scale);
    cells.push(color === null ? bar : style.color(color, bar));
  }
  return cells.join(" ".repeat(GAP)).trimEnd();
}

/** `3 min`, `2 h 50` (bars need the room of its "min"), `2 h+` while it goes on, `?` where start or end is not known. */
function tookOf(extent: Extent): string {
  const length = lengthOf(extent);
  if (length === null) return "?";
  return `${sayDuration(length).replace(/( h \d+) min$/, "$1")}${extent.isOpen ? "+" : ""}`;
}

function titleOf({ traceId, spans }: Trace, whole: Whole, style: TextStyle): string {
  const tools = new Set(spans.map(({ source }) => source)).size;
  const minute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")}`;
  const days = `${minute(whole.fromMs)} to ${minute(whole.toMs)} UTC`;
  return `${style.color("bold", `trace ${traceId}`)}\n${counted(spans.length, "activity", "activities")}, ${counted(tools, "tool", "tools")}, ${whole.ms === null ? "length not known" : sayDuration(whole.ms)}: ${days}`;
}

export function sayTakenBack({ service, environment, at, by }: TakenBackFrom, nowMs: number): string {
  const when = at === null ? "" : ` ${sayAgo(at, nowMs)}`;
  const how = by === null ? `rolled back${when}` : `taken back by ${by}${when}`;
  return printable(`No longer there: ${service ?? "unknown"} in ${environment ?? "unknown"}, ${how}.`);
}

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

/** So many waits are named. */
const NAMED = 3;

function summaryOf(
  { truncated, spans }: Trace,
  lines: readonly Line[],
  sections: readonly Section[],
  { fromMs, toMs }: Whole,
): string[] {
  const names = new Map(lines.map(({ row }) => [row.span.id, nameOf(row.span)]));
  const waits = sections
    .filter(({ how }) => how === "waited")
    .sort((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs));
  const waitedMs = sumOf(waits);
  const unknownMs = sumOf(sections.filter(({ how }) => how === "unknown"));
  const longest = waits
    .slice(0, NAMED)
    .map(({ id, startMs, endMs }) => `${sayDuration(endMs - startMs)} before ${names.get(id) ?? id}`);
  const unknown =
    unknownMs === 0
      ? []
      : [`Of ${sayDuration(unknownMs)} it is not known whether something went on or waited.`];
  const said =
    waitedMs > 0
      ? [
          `Waiting took ${sayDuration(waitedMs)} of ${sayDuration(toMs - fromMs)}: ${longest.join(", ")}${waits.length > NAMED ? ", and more" : ""}.`,
        ]
      : unknownMs > 0
        ? []
        : ["On the way to the end nothing waited."];
  const late = lateIn(lines.map(partOf));
  const tooLate = lines.filter((line) => late(partOf(line))).map(({ row }) => nameOf(row.span));
  return [
    ...said,
    ...unknown,
    ...(tooLate.length === 0
      ? []
      : [
          `Told after all was done, and therefore not counted: ${tooLate.slice(0, NAMED).join(", ")}${tooLate.length > NAMED ? ", and more" : ""}.`,
        ]),
    ...(truncated ? ["There is more than was gathered here: this is a part of the trace."] : []),
    ...columnsHint(spans),
  ];
}

const sumOf = (sections: readonly Section[]): number =>
  sections.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

const partOf = ({ row, extent }: Line): WholePart => ({ kind: row.span.kind, extent });

/** A ticket goes on in a trace from its start to its end: in which columns, another command says. */
function columnsHint(spans: readonly Span[]): string[] {
  const tickets = spans.filter(({ kind }) => kind === "ticket");
  const [ticket] = tickets;
  if (ticket === undefined) return [];
  return [
    `How long it stood in each column of the board: vice flow ticket ${tickets.length === 1 ? keyOf(ticket) : "KEY"}`,
  ];
}

/** So many links are told; all of them are in the page and in `--json`. */
const MOST_REASONS = 12;

/** Why its activities are thought to belong together; parts of a run need no reason. */
function reasonsOf({ spans }: Trace, style: TextStyle): string[] {
  const names = new Map(spans.map((span) => [span.id, nameOf(span)]));
  const all = spans.flatMap((span) =>
    span.links.flatMap(({ to, reason }) =>
      names.has(to) && reason !== PARENT
        ? [`  ${nameOf(span)} led to ${names.get(to)}: ${printable(reason)}`]
        : [],
    ),
  );
  if (all.length === 0) return [];
  const more = all.length > MOST_REASONS ? [`  and ${all.length - MOST_REASONS} more, all in --json`] : [];
  return ["", style.color("bold", "Why they are linked"), ...all.slice(0, MOST_REASONS), ...more, ""];
}
