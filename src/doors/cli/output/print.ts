/** Writes to a stream and waits until it is out; a reader that went away is no error. */
import type { OutputStream } from "../cli-options.ts";

/** A line break is put at the end when there is none. */
export function print(stream: OutputStream, text: string): Promise<void> {
  if (text === "") return Promise.resolve();
  return new Promise((resolve, reject) => {
    const done = (error?: Error | null): void => {
      stream.removeListener("error", done);
      if (error && !isGone(error)) reject(error);
      else resolve();
    };
    stream.once("error", done);
    stream.write(text.endsWith("\n") ? text : `${text}\n`, done);
  });
}

/** `vice deployments | head -1` closes the pipe as soon as it has its line. */
const isGone = (error: Error): boolean =>
  ["EPIPE", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"].includes(String(Object(error)["code"]));

/** From now on no broken pipe ends the process by itself. */
export function forgiveBrokenPipe(stream: OutputStream): () => void {
  const listener = (error: Error): void => {
    if (!isGone(error)) throw error;
  };
  stream.on("error", listener);
  return () => stream.removeListener("error", listener);
}
