/** Writes JSON as bytes, for answers of tens of thousands of rows: to make objects, check them and turn them to text takes several times as long. */

const LEAST_BYTES = 1024;
const DAY_MS = 86_400_000;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const TILDE = 0x7e;
const DASH = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;
const Z = 0x5a;

const NULL = Buffer.from("null");
const OPEN = Buffer.from("[");
const COMMA = Buffer.from(",");
const CLOSE = Buffer.from("]");

/** Grows as it is written. What it writes is what `JSON.stringify` gives for the same values. */
export class JsonBytes {
  #bytes: Uint8Array;
  #at = 0;
  /** Most times lie in the same one. */
  #dayMs = Number.NaN;
  #date: Uint8Array = NULL;

  /** @param expected bytes that it will about have: each time that it has to grow all is copied */
  constructor(expected: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(expected, LEAST_BYTES));
  }

  /** What was written so far. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  /** As they stand: signs and names, encoded once. */
  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  text(value: string | null): this {
    if (value === null) return this.raw(NULL);
    this.#reserve(value.length + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let from = 0; from < value.length; from += 1) {
      const code = value.charCodeAt(from);
      if (code < SPACE || code > TILDE || code === QUOTE || code === BACKSLASH) return this.value(value);
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
    return this;
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.raw(OPEN);
    for (let at = 0; at < items.length; at += 1) {
      if (at > 0) this.raw(COMMA);
      write(items[at] as T);
    }
    return this.raw(CLOSE);
  }

  /** Anything else that JSON can say. */
  value(value: unknown): this {
    return this.raw(Buffer.from(JSON.stringify(value)));
  }

  /** @param hex 32 digits; `null` is written as it is */
  id(hex: string | null): this {
    if (hex === null) return this.raw(NULL);
    this.#reserve(38);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let from = 0; from < 32; from += 1) {
      if (from === 8 || from === 12 || from === 16 || from === 20) bytes[at++] = DASH;
      // Capital letters become small ones by this bit, which digits have.
      bytes[at++] = hex.charCodeAt(from) | SPACE;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
    return this;
  }

  /** ISO 8601 UTC. @param ms whole milliseconds since 1970; `null` is written as it is */
  time(ms: number | null): this {
    if (ms === null) return this.raw(NULL);
    if (!(ms >= this.#dayMs && ms < this.#dayMs + DAY_MS)) {
      this.#dayMs = Math.floor(ms / DAY_MS) * DAY_MS;
      this.#date = Buffer.from(`"${new Date(this.#dayMs).toISOString().slice(0, -13)}`);
    }
    this.raw(this.#date).#reserve(14);
    this.#at = putClock(this.#bytes, this.#at, (ms - this.#dayMs) | 0);
    return this;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + count));
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}

/** `12:34:56.789Z"`, of milliseconds of a day. @returns where the next goes */
function putClock(bytes: Uint8Array, at: number, ms: number): number {
  const seconds = (ms / 1000) | 0;
  const minutes = (seconds / 60) | 0;
  const hours = (minutes / 60) | 0;
  const rest = ms - seconds * 1000;
  const hundredths = (rest / 10) | 0;
  putTwo(bytes, at, hours, COLON);
  putTwo(bytes, at + 3, minutes - hours * 60, COLON);
  putTwo(bytes, at + 6, seconds - minutes * 60, DOT);
  putTwo(bytes, at + 9, hundredths, ZERO + rest - hundredths * 10);
  bytes[at + 12] = Z;
  bytes[at + 13] = QUOTE;
  return at + 14;
}

/** Two digits and a sign. */
function putTwo(bytes: Uint8Array, at: number, number: number, sign: number): void {
  const tens = (number / 10) | 0;
  bytes[at] = ZERO + tens;
  bytes[at + 1] = ZERO + number - tens * 10;
  bytes[at + 2] = sign;
}
