/** A stream that passes everything on and knows afterwards how much it was and what it hashes to. */
import { createHash } from "node:crypto";
import { Transform } from "node:stream";

export interface Measured {
  stream: Transform;
  /** After the end. */
  result: () => { sha256: string; bytes: number };
}

/** @param seen called with the number of bytes so far */
export function measured(seen: (bytes: number) => void = () => {}): Measured {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      seen(bytes);
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ sha256: hash.digest("hex"), bytes }) };
}
