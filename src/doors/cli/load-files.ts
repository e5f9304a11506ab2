/** Reads what stands in files for flags that name one: the server that runs the command may not see them. */
import { readFile, stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { ViceError } from "../../kit/errors.ts";
import { nearestAbove } from "../../kit/find-files.ts";
import type { InputStream } from "./cli-options.ts";
import { sentFilesOf } from "./fields.ts";
import { loadProjects } from "./load-projects.ts";
import type { Verb } from "./verbs.ts";

/** `s3://bucket` where a path could stand too; one letter is a drive. */
const URL_LIKE = /^[a-z][a-z0-9+.-]+:/i;

/**
 * Fields marked `file: "content"` get the text of the file (`-` = standard input), those marked `path` an absolute path;
 * a single `-` in the place of any other argument is standard input too. Project files are looked for.
 * @throws ViceError `not-found`
 */
export async function loadFiles(
  verb: Verb,
  input: Record<string, unknown>,
  stdin: InputStream,
): Promise<Record<string, unknown>> {
  const loaded = { ...input };
  for (const { key, file, type } of verb.fields()) {
    const value = input[key];
    if (file === "projects") loaded[key] = await loadProjects(value, input["under"], () => readAll(stdin));
    if (typeof value !== "string") continue;
    const isWord = type === "text" && verb.positional.some((each) => each.key === key);
    if (value === "-" && (file === "content" || isWord)) loaded[key] = await readAll(stdin);
    else if (file === "content") loaded[key] = await readText(value);
    else if (file === "path" && !URL_LIKE.test(value)) loaded[key] = resolve(value);
  }
  // Looked for only where a path may be given: most commands have none.
  const sent = verb.fields().some(({ file }) => file === "path") ? sentFilesOf(verb.input) : [];
  for (const { key, of, folder } of sent) {
    const named = loaded[of];
    const path = typeof named !== "string" ? null : folder === null ? named : inFolder(folder, named);
    const found = path !== null && isAbsolute(path) ? await tryProjectFile(path) : null;
    if (found !== null) loaded[key] = found;
  }
  return loaded;
}

/** `payments` is `dashboards/payments.yaml`, here or above; what ends like a file is a path. `null` = there is none. */
function inFolder(folder: string, name: string): string | null {
  if (/\.ya?ml$/i.test(name)) return resolve(name);
  return /^[\w.-]+$/.test(name) ? nearestAbove(".", join(folder, `${name}.yaml`)) : null;
}

/** The file, or `vice.yaml` in the folder; `null` = it is none, or more than anybody writes. */
async function tryProjectFile(path: string): Promise<{ file: string; text: string } | null> {
  const found = await stat(path).catch(() => null);
  const file = found?.isDirectory() === true ? join(path, "vice.yaml") : path;
  const { size } = found?.isDirectory() === true ? await stat(file).catch(() => NO_FILE) : (found ?? NO_FILE);
  if (size === 0 || size > MOST_BYTES) return null;
  const text = await readFile(file, "utf8").catch(() => null);
  return text === null ? null : { file, text };
}

const NO_FILE = { size: 0 };
const MOST_BYTES = 1_000_000;

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new ViceError(
      "not-found",
      { what: "file", name: path, hint: "Check the path; - is standard input." },
      error,
    );
  }
}

async function readAll(stdin: InputStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
