/** OTLP traces as JSON (OpenTelemetry Protocol 1.x, "JSON Protobuf Encoding"): hex ids, enums as integers, 64 bit as decimal texts. */

export interface OtlpValue {
  stringValue?: string;
  boolValue?: boolean;
  /** 64 bit, as a decimal text. */
  intValue?: string;
  doubleValue?: number;
  arrayValue?: { values: readonly OtlpValue[] };
  kvlistValue?: { values: readonly OtlpAttribute[] };
  /** Base64. */
  bytesValue?: string;
}

export interface OtlpAttribute {
  key: string;
  value: OtlpValue;
}

/** `opentelemetry/proto/trace/v1/trace.proto`, `Span.SpanKind`. */
export const SPAN_KIND = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
/** The same file, `Status.StatusCode`. */
export const STATUS_CODE = { unset: 0, ok: 1, error: 2 } as const;

export interface OtlpLink {
  /** 32 hex. */
  traceId: string;
  /** 16 hex. */
  spanId: string;
  attributes?: readonly OtlpAttribute[];
}

export interface OtlpSpan {
  /** 32 hex. */
  traceId: string;
  /** 16 hex. */
  spanId: string;
  /** 16 hex; absent = the first of its trace. */
  parentSpanId?: string;
  name: string;
  kind: number;
  /** Nanoseconds since 1970, as decimal texts. */
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: readonly OtlpAttribute[];
  links?: readonly OtlpLink[];
  status: { code?: number; message?: string };
}

export interface OtlpResource {
  resource: { attributes: readonly OtlpAttribute[] };
  scopeSpans: ReadonlyArray<{ scope: { name: string; version?: string }; spans: readonly OtlpSpan[] }>;
}

/** The body of `POST /v1/traces`. */
export interface OtlpTraces {
  resourceSpans: readonly OtlpResource[];
}
