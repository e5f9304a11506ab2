/** Writes the answers of OTLP over HTTP as protobuf: `ExportTraceServiceResponse`, and `google.rpc.Status` for what went wrong. Pure. */

export interface PartialSuccess {
  rejectedSpans: number;
  errorMessage: string;
}

const encoder = new TextEncoder();

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];

/** A field whose value is bytes: wire type 2. */
const bytesField = (number: number, bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([...varint(number * 8 + 2), ...varint(bytes.length), ...bytes]);

/** @param partial `null` = all were taken: the empty message */
export function answerBytes(partial: PartialSuccess | null): Uint8Array {
  if (partial === null) return new Uint8Array(0);
  const rejected = partial.rejectedSpans === 0 ? [] : [8, ...varint(partial.rejectedSpans)];
  const said = partial.errorMessage === "" ? [] : bytesField(2, encoder.encode(partial.errorMessage));
  return bytesField(1, Uint8Array.from([...rejected, ...said]));
}

/** The same as JSON; 64 bit numbers are texts there. */
export const answerJson = (partial: PartialSuccess | null): Record<string, unknown> =>
  partial === null
    ? {}
    : {
        partialSuccess: {
          rejectedSpans: String(partial.rejectedSpans),
          errorMessage: partial.errorMessage,
        },
      };

/** @param message for people */
export const statusBytes = (message: string): Uint8Array => bytesField(2, encoder.encode(message));
