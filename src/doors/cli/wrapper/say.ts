/** Writes to stdout and stderr without loading the stream machinery, and warns about telemetry once. */
import { writeSync } from "node:fs";

const STDOUT = 1;
const STDERR = 2;

export const print = (line: string): void => put(STDOUT, `${line}\n`);
export const printError = (line: string): void => put(STDERR, `${line}\n`);

/** A closed or full pipe must not change the outcome of anything. */
function put(file: number, text: string): void {
  let rest = Buffer.from(text);
  for (let attempt = 0; rest.length > 0 && attempt < 1000; attempt += 1) {
    try {
      rest = rest.subarray(writeSync(file, rest));
    } catch (problem) {
      const busy = problem instanceof Error && "code" in problem && problem.code === "EAGAIN";
      if (!busy) return;
      pause(2);
    }
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

let warned = false;

/** One warning for a whole process: telemetry trouble is worth a line, not a page. */
export function warnOnce(message: string): void {
  if (warned) return;
  warned = true;
  printError(`vice: ${message}`);
}
