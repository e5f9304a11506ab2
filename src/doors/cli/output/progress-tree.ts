/** The parts of long work one below the other, redrawn in place: what runs, for how long, and what it said last. */
import type { ProgressPart } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { sayDuration } from "../../../kit/duration.ts";
import { printable } from "../../../kit/table.ts";
import type { OutputStream } from "../cli-options.ts";
import type { Paint } from "./paint.ts";
import type { Progress } from "./progress.ts";

const ESC = "\u001b[";
const ERASE_BELOW = `${ESC}J`;
/** Nothing is drawn more often, and running times go on by themselves this often. */
const EVERY_MS = 100;
const TICK_MS = 1000;
const LONGEST_NAME = 28;

export function treeOn(stream: OutputStream, paint: Paint, now: () => number): Progress {
  let parts: readonly ProgressPart[] = [];
  let drawn = 0;
  let drawnMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let late: NodeJS.Timeout | undefined;
  const draw = (): void => {
    clearTimeout(late);
    late = undefined;
    drawnMs = now();
    const size = { columns: (stream.columns || 80) - 1, rows: Math.max(3, (stream.rows || 24) - 2) };
    const lines = treeLines(parts, now(), size, paint);
    stream.write(`${back(drawn)}${lines.map((line) => `${line}\n`).join("")}`);
    drawn = lines.length;
  };
  return {
    show: (_share, _what, given = []) => {
      parts = given;
      timer ??= setInterval(draw, TICK_MS).unref();
      const waitMs = drawnMs + EVERY_MS - now();
      if (waitMs <= 0) draw();
      else late ??= setTimeout(draw, waitMs).unref();
    },
    clear: () => {
      clearInterval(timer);
      clearTimeout(late);
      timer = undefined;
      late = undefined;
      if (drawn > 0) stream.write(back(drawn));
      drawn = 0;
    },
  };
}

const back = (lines: number): string => (lines === 0 ? "" : `\r${ESC}${lines}A${ERASE_BELOW}`);

const MARKS: Record<ProgressPart["state"], readonly [mark: string, colour: Parameters<Paint>[0]]> = {
  ...{ waits: ["·", "dim"], runs: ["●", "cyan"], asks: ["?", "yellow"], held: ["!", "yellow"] },
  ...{ done: ["✓", "green"], failed: ["✗", "red"], left: ["-", "dim"] },
};

interface Size {
  columns: number;
  rows: number;
}

/** Never wider nor longer than the screen: what is over and what is still to come is counted where it does not fit. */
export function treeLines(parts: readonly ProgressPart[], nowMs: number, size: Size, paint: Paint): string[] {
  const width = Math.min(LONGEST_NAME, Math.max(0, ...parts.map(({ name }) => name.length)));
  return fitting(parts, size.rows).map((row) =>
    typeof row === "string"
      ? paint("dim", cut(`  ${row}`, size.columns))
      : lineOf(row, width, nowMs, size, paint),
  );
}

function lineOf(part: ProgressPart, width: number, nowMs: number, { columns }: Size, paint: Paint): string {
  const { name, state, startedMs, endedMs, last } = part;
  const [mark, colour] = MARKS[state];
  const took = startedMs === null ? "" : sayDuration((endedMs ?? nowMs) - startedMs);
  const head = ` ${cut(printable(name), width).padEnd(width)} ${took.padStart(6)}`;
  const rest = last === "" ? "" : `  ${printable(last)}`;
  const shown = cut(`${head}${rest}`, columns - 2).trimEnd();
  const isQuiet = state === "waits" || state === "left";
  const said = shown.slice(head.length);
  const words = isQuiet ? paint("dim", shown) : shown.slice(0, head.length) + paint("dim", said);
  return ` ${paint(colour, mark)}${words}`;
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;

const OVER: ReadonlySet<ProgressPart["state"]> = new Set(["done", "left"]);

/** In the order of the work. What runs, asks or failed stays; then what comes next; then what ended last. */
function fitting(parts: readonly ProgressPart[], rows: number): Array<ProgressPart | string> {
  if (parts.length <= rows) return [...parts];
  const room = rows - 2;
  const over = parts.filter(({ state }) => OVER.has(state));
  const now = parts.filter(({ state }) => state !== "waits" && !OVER.has(state)).slice(0, room);
  const next = parts.filter(({ state }) => state === "waits").slice(0, Math.ceil((room - now.length) / 2));
  const before = room - now.length - next.length;
  const kept = new Set([...now, ...next, ...(before > 0 ? over.slice(-before) : [])]);
  const left = parts.filter((part) => !kept.has(part));
  const ended = left.filter(({ state }) => OVER.has(state)).length;
  const more = left.length - ended;
  return [
    ...(ended > 0 ? [`${count(ended, "step")} done`] : []),
    ...parts.filter((part) => kept.has(part)),
    ...(more > 0 ? [`${count(more, "step")} to come`] : []),
  ];
}
