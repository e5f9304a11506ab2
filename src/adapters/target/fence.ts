/** Keeps the highest fencing token that a place has seen, so that a deployer who lost the lock and wakes up late is refused. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ViceError } from "../../kit/errors.ts";
import { sha256Hex } from "../../kit/ids.ts";
import type { TargetCall } from "../../ports/target.ts";

type Asked = Pick<TargetCall, "place" | "fencingToken">;

/** @throws ViceError `deploy.not-allowed` for a smaller token than was seen there */
export function passFence(home: string, kind: string, { place, fencingToken }: Asked): void {
  const { project, service, environment } = place;
  const name = sha256Hex(JSON.stringify([kind, project, service, environment])).slice(0, 32);
  const file = join(home, "fences", name);
  const seen = seenIn(file);
  if (fencingToken < seen) {
    throw new ViceError("deploy.not-allowed", {
      message: `${service} in ${environment} was taken over: token ${fencingToken} is older than ${seen}. Nothing was changed.`,
      hint: "Look who deploys there now: vice locks",
    });
  }
  if (fencingToken === seen) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${fencingToken}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

function seenIn(file: string): number {
  const text = read(file);
  if (text === null) return 0; // nobody was there
  if (/^\d+\n$/.test(text)) return Number(text);
  throw unreadable(file, "it holds no token");
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

const unreadable = (file: string, why: string): ViceError =>
  new ViceError("data.invalid", {
    message: `Nobody can tell who deployed there last: ${file} cannot be read: ${why}. Nothing was changed.`,
    hint: "Mend it; or remove it when nobody else deploys there now.",
  });
