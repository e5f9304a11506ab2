/** What steps on files have in common: a problem is told, and after a crash they are done again, which changes nothing. */
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { failed, type Outcome, type StepContext, type StepExecutor } from "../../executor.ts";
import { FileProblem } from "./places.ts";

type FileKind = "package" | "copy" | "template";

export const fileStep = <K extends FileKind>(
  work: (context: StepContext<K>) => Promise<Outcome>,
): StepExecutor<K> => ({
  run: async (context) => {
    try {
      return await work(context);
    } catch (error) {
      if (error instanceof FileProblem || context.signal.aborted)
        return failed(String(Object(error)["message"]));
      const { code, message } = Object(error) as { code?: unknown; message?: unknown };
      // The system says which file, and why.
      if (typeof code === "string") return failed(String(message));
      throw error;
    }
  },
  recover: async () => ({ what: "not-done" }),
});

/** Beside the place, so that it comes there in one move. Named alike each time: what a crash left is written over. */
export const newName = (place: string): string => join(dirname(place), `.${basename(place)}.vice-new`);

/** Durable under its name, or not at all. */
export async function putInPlace(made: string, place: string): Promise<void> {
  const handle = await open(made, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(made, place);
}

export const takeAway = async (files: readonly string[]): Promise<void> => {
  await Promise.all(files.map((file) => rm(file, { force: true }).catch(() => {})));
};
