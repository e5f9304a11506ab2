/**
 * Reads `ExportTraceServiceRequest` from protobuf into its JSON form: the few messages that traces are made of, by their
 * numbers (opentelemetry-proto 1.x: `collector/trace/v1`, `trace/v1`, `resource/v1`, `common/v1`). Pure.
 */

/** How a field is written in JSON. 64 bit numbers are decimal texts there, ids hex, other bytes base64. */
type Kind = "text" | "hex" | "base64" | "fixed64" | "int64" | "number" | "flag" | "double" | MessageName;

interface Field {
  name: string;
  kind: Kind;
  isList?: boolean;
}

const one = (name: string, kind: Kind): Field => ({ name, kind });
const list = (name: string, kind: Kind): Field => ({ name, kind, isList: true });

const MESSAGES = {
  Traces: { 1: list("resourceSpans", "ResourceSpans") },
  ResourceSpans: {
    1: one("resource", "Resource"),
    2: list("scopeSpans", "ScopeSpans"),
    3: one("schemaUrl", "text"),
  },
  Resource: { 1: list("attributes", "KeyValue") },
  ScopeSpans: { 1: one("scope", "Scope"), 2: list("spans", "Span"), 3: one("schemaUrl", "text") },
  Scope: { 1: one("name", "text"), 2: one("version", "text"), 3: list("attributes", "KeyValue") },
  Span: {
    1: one("traceId", "hex"),
    2: one("spanId", "hex"),
    3: one("traceState", "text"),
    4: one("parentSpanId", "hex"),
    5: one("name", "text"),
    6: one("kind", "number"),
    7: one("startTimeUnixNano", "fixed64"),
    8: one("endTimeUnixNano", "fixed64"),
    9: list("attributes", "KeyValue"),
    11: list("events", "Event"),
    13: list("links", "Link"),
    15: one("status", "Status"),
  },
  Event: { 1: one("timeUnixNano", "fixed64"), 2: one("name", "text"), 3: list("attributes", "KeyValue") },
  Link: { 1: one("traceId", "hex"), 2: one("spanId", "hex"), 4: list("attributes", "KeyValue") },
  Status: { 2: one("message", "text"), 3: one("code", "number") },
  KeyValue: { 1: one("key", "text"), 2: one("value", "AnyValue") },
  AnyValue: {
    1: one("stringValue", "text"),
    2: one("boolValue", "flag"),
    3: one("intValue", "int64"),
    4: one("doubleValue", "double"),
    5: one("arrayValue", "ArrayValue"),
    6: one("kvlistValue", "KeyValueList"),
    7: one("bytesValue", "base64"),
  },
  ArrayValue: { 1: list("values", "AnyValue") },
  KeyValueList: { 1: list("values", "KeyValue") },
} satisfies Record<string, Readonly<Record<number, Field>>>;
type MessageName =
  | "Traces"
  | "ResourceSpans"
  | "Resource"
  | "ScopeSpans"
  | "Scope"
  | "Span"
  | "Event"
  | "Link"
  | "Status"
  | "KeyValue"
  | "AnyValue"
  | "ArrayValue"
  | "KeyValueList";

const FIELDS: Readonly<Record<MessageName, Readonly<Record<number, Field>>>> = MESSAGES;

/** Deeper than any span: values in values in values. */
const MOST_DEEP = 32;

/**
 * Messages in one body. 20,000 spans with twenty attributes each have 900,000; a body of nothing but empty ones, two bytes
 * each, would fill the memory.
 */
const MOST_MESSAGES = 2_000_000;

/** What is no protobuf of this kind. */
export class NoProtobuf extends Error {}

/** @throws NoProtobuf */
export const tracesFromProtobuf = (bytes: Uint8Array): Record<string, unknown> =>
  message("Traces", new Reader(bytes, { left: MOST_MESSAGES }), 0);

function message(name: MessageName, reader: Reader, depth: number): Record<string, unknown> {
  if (depth > MOST_DEEP) throw new NoProtobuf("it is nested too deep");
  const made: Record<string, unknown> = {};
  while (!reader.isAtEnd) {
    const tag = Number(reader.varint());
    const field = FIELDS[name][Math.floor(tag / 8)];
    if (field === undefined) {
      reader.skip(tag % 8);
      continue;
    }
    const value = read(field.kind, tag % 8, reader, depth);
    const before = made[field.name];
    if (field.isList !== true) made[field.name] = value;
    else if (Array.isArray(before)) before.push(value);
    else made[field.name] = [value];
  }
  return made;
}

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

function read(kind: Kind, wire: number, reader: Reader, depth: number): unknown {
  const scalar = SCALARS[kind as keyof typeof SCALARS];
  const expected = scalar?.wire ?? WIRE.bytes;
  if (wire !== expected) throw new NoProtobuf("a field is of another type than it should be");
  if (scalar !== undefined) return scalar.read(reader);
  return message(kind as MessageName, reader.part(), depth + 1);
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const SCALARS: Readonly<
  Record<Exclude<Kind, MessageName>, { wire: number; read: (reader: Reader) => unknown }>
> = {
  text: { wire: WIRE.bytes, read: (reader) => textOf(reader.bytes()) },
  hex: { wire: WIRE.bytes, read: (reader) => hexOf(reader.bytes()) },
  base64: { wire: WIRE.bytes, read: (reader) => btoa(String.fromCharCode(...reader.bytes().slice(0, 4096))) },
  fixed64: { wire: WIRE.fixed64, read: (reader) => String(reader.fixed64()) },
  int64: { wire: WIRE.varint, read: (reader) => String(BigInt.asIntN(64, reader.varint())) },
  number: { wire: WIRE.varint, read: (reader) => Number(BigInt.asIntN(32, reader.varint())) },
  flag: { wire: WIRE.varint, read: (reader) => reader.varint() !== 0n },
  double: { wire: WIRE.fixed64, read: (reader) => finite(reader.double()) },
};

/** JSON knows no other numbers; the protobuf mapping writes them as texts. */
const finite = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new NoProtobuf("a text is not UTF-8");
  }
}

/** Reads forward; every length is held against what is there. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Shared with all parts. */
  readonly #messages: { left: number };
  #at = 0;

  constructor(bytes: Uint8Array, messages: { left: number }) {
    this.#messages = messages;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new NoProtobuf("a number is too long");
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  bytes(): Uint8Array {
    const length = Number(this.varint());
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  part(): Reader {
    this.#messages.left -= 1;
    if (this.#messages.left < 0) throw new NoProtobuf("it has too many parts");
    return new Reader(this.bytes(), this.#messages);
  }

  /** Fields that nobody here knows. */
  skip(wire: number): void {
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.fixed64) this.#take(8);
    else if (wire === WIRE.fixed32) this.#take(4);
    else if (wire === WIRE.bytes) this.bytes();
    else throw new NoProtobuf("it has a kind of field that there is not");
  }

  #take(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.#bytes.length) throw new NoProtobuf("it ends too early");
    this.#at = at + length;
    return at;
  }
}
