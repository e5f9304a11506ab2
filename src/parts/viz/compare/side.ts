/** One side of a comparison as people write it: `prod-eu`, `prod-eu@2 weeks ago`, `@monday`, `2 weeks ago`. */
import { foldName } from "../../../domain/fold-name.ts";
import { ViceError } from "../../../kit/errors.ts";
import { parseMoment } from "../../../kit/moment.ts";
import { nearEnvironments } from "../../data/index.ts";

export interface Side {
  /** As it is called here; `null` = all of them. */
  environment: string | null;
  /** Milliseconds since 1970; `null` = now. */
  atMs: number | null;
}

/**
 * What stands before `@` is an environment, what stands behind it a moment; without `@` it is whichever it can be.
 * @throws ViceError `not-found` for an environment that was never seen, `input.invalid` for what is no moment
 */
export function readSide(text: string, environments: readonly string[], nowMs: number): Side {
  const cut = text.indexOf("@");
  const [name, said] = cut < 0 ? [text.trim(), null] : [text.slice(0, cut).trim(), text.slice(cut + 1)];
  const known = environments.find((each) => foldName(each) === foldName(name));
  if (said === null && known === undefined) {
    const atMs = momentOf(name, nowMs);
    if (atMs !== undefined) return { environment: null, atMs };
  }
  if (name !== "" && known === undefined) throw unknownEnvironment(name, environments);
  return { environment: known ?? null, atMs: said === null ? null : required(said, nowMs) };
}

/** `null` = now, `undefined` = no moment. What lies ahead is the present. */
function momentOf(text: string, nowMs: number): number | null | undefined {
  const ms = parseMoment(text.replace(/^\{(.*)\}$/, "$1"), nowMs);
  if (ms === null) return undefined;
  return ms >= nowMs ? null : ms;
}

function required(text: string, nowMs: number): number | null {
  const ms = momentOf(text, nowMs);
  if (ms !== undefined) return ms;
  throw new ViceError("input.invalid", {
    message: `"${text}" is no moment.`,
    hint: 'Write: vice compare prod-eu@"2 weeks ago" prod-eu',
  });
}

function unknownEnvironment(name: string, environments: readonly string[]): ViceError {
  const { nearest, hint } = nearEnvironments(name, environments);
  return new ViceError("not-found", {
    ...{ what: "environment or moment", name, nearest },
    hint: `${hint} A moment is written as "2 weeks ago" or 2026-11-20.`,
  });
}
