/** Makes bodies that nobody should send: from a number, so that a failure can be made again. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { changedAt, ODDITIES, pathsOf } from "../../src/conformance/mutations.ts";
import { fixturesDir } from "../fixtures-dir.ts";

export interface FuzzedBody {
  source: string;
  headers: Record<string, string>;
  body: Buffer;
  /** What was done to it, for the report of a failure. */
  how: string;
}

interface Sample {
  source: string;
  headers: Record<string, string>;
  body: unknown;
}

/** Mulberry32: small, even enough, and the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <T>(random: () => number, from: readonly T[], otherwise: T): T =>
  from[Math.floor(random() * from.length)] ?? otherwise;

/** Own fixtures with their headers, and the recorded ones when they are there. */
export function samples(sources: readonly string[]): Sample[] {
  const own = join(import.meta.dirname, "../fixtures/intake");
  const recorded = fixturesDir();
  return sources.flatMap((source) => [
    ...ownSamples(source, join(own, source)),
    ...(recorded === null ? [] : recordedSamples(source, join(recorded, source))),
  ]);
}

const files = (folder: string, end: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(end)) : [];

const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

function ownSamples(source: string, folder: string): Sample[] {
  return files(folder, ".in.json").flatMap((name) => {
    const content = read(join(folder, name)) as Array<Omit<Sample, "source">> | Omit<Sample, "source">;
    return [content].flat().map(({ headers = {}, body }) => ({ source, headers, body }));
  });
}

const recordedSamples = (source: string, folder: string): Sample[] =>
  files(folder, ".json").map((name) => ({ source, headers: {}, body: read(join(folder, name)) }));

const DATES = [
  "0000-00-00T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "-271821-04-20T00:00:00Z",
  "+275760-09-13",
  "1e400",
  "2026-02-30T25:61:61+99:99",
  -8.64e15,
  8.64e15,
  1e308,
];
const TEXTS = [
  "\u0000",
  "\ud800",
  "\u202e",
  "../../etc/passwd",
  "'; DROP TABLE event; --",
  "$" + "{jndi:ldap://x}",
  "<script>",
  "%00%ff",
  "🦥".repeat(500),
  " ",
];
const HOSTILE =
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":null,"then":{}}';

type Make = (random: () => number, sample: Sample) => Buffer;

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value ?? null));

function anyJson(random: () => number, depth = 0): unknown {
  const kind = Math.floor(random() * (depth > 5 ? 5 : 7));
  if (kind < 2) return pick<unknown>(random, [...TEXTS, ...DATES, "shop", "success"], "");
  if (kind === 2) return Math.floor(random() * 1e15) - 5e14;
  if (kind === 3) return random() < 0.5;
  if (kind === 4) return null;
  const many = Array.from({ length: Math.floor(random() * 6) }, () => anyJson(random, depth + 1));
  if (kind === 5) return many;
  return Object.fromEntries(
    many.map((value) => [
      pick(random, ["id", "status", "object_kind", "build", "action", "data", "__proto__", ...TEXTS], "x"),
      value,
    ]),
  );
}

function mutated(random: () => number, sample: Sample): unknown {
  const paths = pathsOf(sample.body);
  let body = sample.body;
  for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) {
    const odd = pick<unknown>(random, [...ODDITIES, ...DATES, ...TEXTS, anyJson(random)], null);
    body = changedAt(body, pick(random, paths, []), () => odd);
  }
  return body;
}

function cutOrFlipped(random: () => number, sample: Sample): Buffer {
  const bytes = json(sample.body);
  if (random() < 0.5) return bytes.subarray(0, Math.floor(random() * bytes.length));
  for (let times = 0; times < 3; times += 1)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return bytes;
}

/** A long text or list in one place of a real body. */
function huge(random: () => number, sample: Sample): Buffer {
  const length = 10 ** (3 + Math.floor(random() * 3));
  const long = random() < 0.5 ? "x".repeat(length) : Array.from({ length: length / 10 }, () => ({}));
  return json(changedAt(sample.body, pick(random, pathsOf(sample.body), []), () => long));
}

function deep(random: () => number): Buffer {
  const depth = 10 ** Math.ceil(random() * 5);
  const [open, close] = random() < 0.5 ? ["[", "]"] : ['{"a":', "}"];
  return Buffer.from(`${open.repeat(depth)}1${random() < 0.8 ? close.repeat(depth) : ""}`);
}

interface Way {
  weight: number;
  how: string;
  make: Make;
}

const TABLE: ReadonlyArray<readonly [weight: number, how: string, make: Make]> = [
  [50, "mutated", (random, sample) => json(mutated(random, sample))],
  [20, "any JSON", (random) => json(anyJson(random))],
  [10, "cut or flipped", cutOrFlipped],
  [
    6,
    "binary",
    (random) =>
      Buffer.from(Array.from({ length: Math.floor(random() * 500) }, () => Math.floor(random() * 256))),
  ],
  [5, "hostile keys", () => Buffer.from(HOSTILE)],
  [
    4,
    "hostile keys inside",
    (random, sample) =>
      json(changedAt(sample.body, pick(random, pathsOf(sample.body), []), () => JSON.parse(HOSTILE))),
  ],
  [3, "deep", deep],
  [2, "huge", huge],
];
const WAYS = TABLE.map(([weight, how, make]): Way => ({ weight, how, make }));
const WEIGHTS = WAYS.reduce((sum, { weight }) => sum + weight, 0);

function wayAt(weight: number): Way {
  let left = weight;
  for (const way of WAYS) {
    left -= way.weight;
    if (left < 0) return way;
  }
  throw new Error(`no way has the weight ${weight}`);
}

/** @param all what `samples` gave; body number `n` is always the same for the same samples */
export function fuzzedBody(n: number, all: readonly Sample[]): FuzzedBody {
  const random = randomOf(n);
  const sample = all[n % all.length] ?? { source: "generic", headers: {}, body: {} };
  const { how, make } = wayAt(random() * WEIGHTS);
  const headers = Object.fromEntries(
    Object.entries(sample.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return { source: sample.source, headers, body: make(random, sample), how };
}
