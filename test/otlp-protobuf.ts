// Writes OTLP traces as protobuf for tests, field by field as the .proto files of opentelemetry-proto number them.

type Json = Record<string, unknown>;

const varint = (value: bigint): number[] =>
  value < 128n ? [Number(value)] : [Number(value % 128n) | 128, ...varint(value / 128n)];
const field = (number: number, wire: number, bytes: Iterable<number>): number[] => [
  ...varint(BigInt(number * 8 + wire)),
  ...bytes,
];
const bytes = (number: number, value: Iterable<number>): number[] => {
  const all = [...value];
  return field(number, 2, [...varint(BigInt(all.length)), ...all]);
};
const text = (number: number, value: unknown): number[] =>
  value === undefined ? [] : bytes(number, Buffer.from(String(value), "utf8"));
const hex = (number: number, value: unknown): number[] =>
  value === undefined ? [] : bytes(number, Buffer.from(String(value), "hex"));
const whole = (number: number, value: unknown): number[] =>
  value === undefined ? [] : field(number, 0, varint(BigInt.asUintN(64, BigInt(String(value)))));
const fixed64 = (number: number, value: unknown): number[] => {
  const eight = Buffer.alloc(8);
  eight.writeBigUInt64LE(BigInt(String(value)));
  return field(number, 1, eight);
};
const many = (number: number, values: unknown, write: (value: Json) => number[]): number[] =>
  ((values ?? []) as Json[]).flatMap((value) => bytes(number, write(value)));

const anyValue = ({ stringValue, boolValue, intValue }: Json): number[] => [
  ...text(1, stringValue),
  ...(boolValue === undefined ? [] : whole(2, boolValue === true ? 1 : 0)),
  ...whole(3, intValue),
];
const keyValue = ({ key, value }: Json): number[] => [...text(1, key), ...bytes(2, anyValue(value as Json))];
const link = ({ traceId, spanId }: Json): number[] => [...hex(1, traceId), ...hex(2, spanId)];
const status = ({ message, code }: Json): number[] => [...text(2, message), ...whole(3, code)];

const span = (said: Json): number[] => [
  ...hex(1, said["traceId"]),
  ...hex(2, said["spanId"]),
  ...hex(4, said["parentSpanId"]),
  ...text(5, said["name"]),
  ...whole(6, said["kind"]),
  ...fixed64(7, said["startTimeUnixNano"]),
  ...fixed64(8, said["endTimeUnixNano"]),
  ...many(9, said["attributes"], keyValue),
  ...many(13, said["links"], link),
  ...bytes(15, status(said["status"] as Json)),
];
const scopeSpans = ({ scope, spans }: Json): number[] => [
  ...bytes(1, text(1, (scope as Json)["name"])),
  ...many(2, spans, span),
  // a field of a later version: it must be passed over
  ...text(4001, "unknown"),
];
const resourceSpans = ({ resource, scopeSpans: scopes }: Json): number[] => [
  ...bytes(1, many(1, (resource as Json)["attributes"], keyValue)),
  ...many(2, scopes, scopeSpans),
];

export const traces = (body: { resourceSpans: readonly unknown[] }): Uint8Array =>
  Uint8Array.from(many(1, body.resourceSpans, resourceSpans));
