/** `copy`: files into a folder. Each is there whole or not at all, and none is replaced before all could be written. */
import { chmod, constants, copyFile, mkdir, readlink, rename, rm, symlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type StepExecutor, succeeded } from "../../executor.ts";
import { fileStep, newName, putInPlace, takeAway } from "./file-step.ts";
import { FileProblem, type Found, findFiles, placeOf } from "./places.ts";

export const copyStep = (): StepExecutor<"copy"> =>
  fileStep(async ({ step, cwd, signal }) => {
    const { from, to, ...rest } = step.spec;
    const where = { cwd, outside: rest.outside };
    const folder = await placeOf(to, where);
    const found = await findFiles({ cwd, paths: from, ...rest });
    // It may lie in a folder that is copied.
    const files = found.filter(({ file }) => !file.startsWith(`${folder}${sep}`));
    if (files.length === 0) throw new FileProblem("no file is left to be copied");
    const made: Array<{ made: string; place: string; isLink: boolean }> = [];
    try {
      for (const file of files) {
        signal.throwIfAborted();
        const place = await placeOf(join(folder, file.path), where);
        await mkdir(dirname(place), { recursive: true });
        made.push({ made: newName(place), place, isLink: file.isLink });
        await copied(file, newName(place));
      }
      for (const one of made)
        await (one.isLink ? rename(one.made, one.place) : putInPlace(one.made, one.place));
    } catch (error) {
      await takeAway(made.map((one) => one.made));
      throw error;
    }
    return succeeded({ to: folder, files: String(files.length) });
  });

async function copied({ file, isLink, mode }: Found, made: string): Promise<void> {
  await rm(made, { force: true });
  if (isLink) return symlink(await readlink(file), made);
  await copyFile(file, made, constants.COPYFILE_FICLONE);
  await chmod(made, mode);
}
