/** `package`: an archive of files, with the same bytes whenever and wherever it is made of the same files. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { type StepExecutor, succeeded } from "../../executor.ts";
import { fileStep, newName, putInPlace, takeAway } from "./file-step.ts";
import { FileProblem, findFiles, placeOf } from "./places.ts";
import { tarOf } from "./tar.ts";

export const packageStep = (): StepExecutor<"package"> =>
  fileStep(async ({ step, cwd, signal }) => {
    const { to, paths, ...rest } = step.spec;
    const place = await placeOf(to, { cwd, outside: rest.outside });
    const made = newName(place);
    const found = await findFiles({ cwd, paths, ...rest });
    // It may stand in a folder that is packed.
    const files = found.filter(({ file }) => file !== place && file !== made);
    if (files.length === 0) throw new FileProblem("no file is left to be packed");
    await mkdir(dirname(place), { recursive: true });
    const hash = createHash("sha256");
    try {
      const archive = Readable.from(tarOf(files, signal));
      const counted = async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
        for await (const chunk of source) {
          hash.update(chunk);
          yield chunk;
        }
      };
      const file = createWriteStream(made, { mode: 0o644 });
      if (to.endsWith(".tar")) await pipeline(archive, counted, file, { signal });
      else await pipeline(archive, createGzip({ level: 9 }), sameEverywhere, counted, file, { signal });
      // Whoever unpacks it is somebody else, whatever the server keeps to itself.
      await chmod(made, 0o644);
      await putInPlace(made, place);
    } catch (error) {
      await takeAway([made]);
      throw error;
    }
    const { size } = await stat(place);
    const digest = `sha256:${hash.digest("hex")}`;
    return succeeded({ file: place, digest, bytes: String(size), files: String(files.length) });
  });

/** Tenth byte of gzip: the system that made it. Here: unknown. */
async function* sameEverywhere(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of source) {
    if (at <= 9 && at + chunk.length > 9) chunk[9 - at] = 255;
    at += chunk.length;
    yield chunk;
  }
}
