/**
 * Reads pushed points from text: JSON (one document or one per line), or the Prometheus text format (docs "Exposition
 * formats": `name{label="value"} value [timestamp in ms]`). Pure.
 */
import { type Point, readLabels, type SeriesPart, seriesName } from "./series.ts";

export interface ReadSeries {
  series: SeriesPart[];
  /** Lines or places that were not understood. */
  problems: Array<{ line: number; problem: string }>;
}

/** @param nowMs the time of points that carry none. @param toMs reads the time of a point; `null` = it is none */
export function readSeriesText(
  text: string,
  nowMs: number,
  toMs: (value: unknown) => number | null,
): ReadSeries {
  const start = text.trimStart()[0];
  return start === "{" || start === "[" ? fromJson(text, nowMs, toMs) : fromPrometheus(text, nowMs, toMs);
}

class Gathering {
  readonly #parts = new Map<string, SeriesPart & { points: Point[] }>();
  readonly problems: ReadSeries["problems"] = [];

  add(name: string, labels: Record<string, string>, point: Point): void {
    const key = seriesName({ name, labels });
    const part = this.#parts.get(key) ?? { name, labels, points: [] };
    this.#parts.set(key, part);
    part.points.push(point);
  }

  wrong(line: number, problem: string): void {
    this.problems.push({ line, problem });
  }

  get result(): ReadSeries {
    return { series: [...this.#parts.values()], problems: this.problems };
  }
}

/** A label's value may hold `}`: quoted texts are stepped over. */
const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\s*\{((?:[^"}]|"(?:[^"\\]|\\.)*")*)\})?\s+(\S+)(?:\s+(-?\d+))?$/;

function fromPrometheus(text: string, nowMs: number, toMs: (value: unknown) => number | null): ReadSeries {
  const gathering = new Gathering();
  text.split(/\r?\n/).forEach((line, at) => {
    if (line.trim() === "" || line.trimStart().startsWith("#")) return;
    const match = SAMPLE.exec(line.trimEnd());
    const labels = match === null ? null : readLabels(match[2] ?? "");
    if (match === null || labels === null) {
      gathering.wrong(at + 1, 'is no sample: name{label="value"} value');
      return;
    }
    const value = Number(match[3]);
    if (!Number.isFinite(value)) {
      gathering.wrong(at + 1, `"${match[3]}" is no finite number`);
      return;
    }
    const atMs = match[4] === undefined ? nowMs : toMs(Number(match[4]));
    if (atMs === null) gathering.wrong(at + 1, `"${match[4]}" is no time in milliseconds since 1970`);
    else gathering.add(match[1] ?? "", labels, [atMs, value]);
  });
  return gathering.result;
}

function fromJson(text: string, nowMs: number, toMs: (value: unknown) => number | null): ReadSeries {
  const gathering = new Gathering();
  const whole = parsed(text);
  const documents: Array<readonly [line: number, value: unknown]> =
    whole !== undefined
      ? [[1, whole]]
      : text
          .split(/\r?\n/)
          .flatMap(
            (line, at): Array<readonly [number, unknown]> =>
              line.trim() === "" ? [] : [[at + 1, parsed(line)]],
          );
  for (const [line, value] of documents) {
    const list = Array.isArray(value) ? value : [value];
    for (const each of list) readPart(each, line, gathering, nowMs, toMs);
  }
  return gathering.result;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readPart(
  value: unknown,
  line: number,
  gathering: Gathering,
  nowMs: number,
  toMs: (value: unknown) => number | null,
): void {
  const part = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  const name = part?.["name"];
  if (part === null || typeof name !== "string" || name === "") {
    gathering.wrong(line, 'is no series: {"name", "labels", "points": [[time, value]]}');
    return;
  }
  const labels = Object.fromEntries(
    Object.entries(Object(part["labels"])).map(([key, each]) => [key, String(each)]),
  );
  const points = Array.isArray(part["points"]) ? part["points"] : [[part["time"] ?? nowMs, part["value"]]];
  for (const point of points) {
    const [time, number] = Array.isArray(point) ? point : [];
    const atMs = toMs(time);
    if (atMs === null || typeof number !== "number" || !Number.isFinite(number))
      gathering.wrong(line, `${JSON.stringify(point)} is no point: [time, value]`);
    else gathering.add(name, labels, [atMs, number]);
  }
}
