/** How progress is shown: redrawn on a terminal, as plain lines elsewhere, not at all when nobody wants it. */
import type { ProgressPart } from "../../../kit/command.ts";
import type { Env, OutputStream } from "../cli-options.ts";
import { paintFor } from "./paint.ts";
import { type Progress, progressOn, silent } from "./progress.ts";
import { linesOn } from "./progress-lines.ts";
import { treeOn } from "./progress-tree.ts";

interface Wanted {
  quiet: boolean;
  json: boolean;
  color: boolean;
  env: Env;
  now: () => number;
}

export function progressFor(stream: OutputStream, { quiet, json, color, env, now }: Wanted): Progress {
  if (quiet) return silent;
  const isTerminal = stream.isTTY === true;
  // A log of CI keeps every redrawing as a line of its own.
  const redraws = isTerminal && env["TERM"] !== "dumb" && !env["CI"];
  if (!redraws) return json ? silent : linesOn(stream, now);
  return either(progressOn(stream, now), treeOn(stream, paintFor(stream, env, color), now));
}

/** Work with parts is a tree, other work one line. */
function either(line: Progress, tree: Progress): Progress {
  const show = (share: number | null, what: string, parts?: readonly ProgressPart[]): void => {
    if (parts !== undefined) line.clear();
    if (parts === undefined) line.show(share, what);
    else tree.show(share, what, parts);
  };
  return {
    show,
    clear: () => {
      line.clear();
      tree.clear();
    },
  };
}
