/** Lines that changed between two commits, as a clone or a forge counted them. */
import { isWholeSha } from "../../../domain/commits/sha.ts";
import { isEvent, type LogEvent } from "../../../domain/event.ts";
import type { Commits } from "../../../ports/commits.ts";
import { shaToBlob } from "./commit-node.ts";
import type { Connection } from "./connection.ts";

/** Takes in what an event says of them; others it leaves alone. Call inside a transaction. */
export function applyLines(db: Connection, event: LogEvent): void {
  if (!isEvent(event, "vice.commits.seen.v1") || event.data.changed === undefined) return;
  const { base, head, added, deleted, files } = event.data.changed;
  if (!isWholeSha(base) || !isWholeSha(head)) return;
  const pair = [shaToBlob(base), shaToBlob(head)] as const;
  db.run("INSERT OR REPLACE INTO commit_lines VALUES (?, ?, ?, ?, ?)", ...pair, added, deleted, files);
}

export const linesOf = (db: Connection, catchUp: () => void): Pick<Commits, "lines"> => ({
  lines: (base, head) => {
    if (base === head) return { added: 0, deleted: 0, files: 0 };
    catchUp();
    const row = db.get(
      "SELECT added, deleted, files FROM commit_lines WHERE base = ? AND head = ?",
      shaToBlob(base),
      shaToBlob(head),
    );
    if (row === undefined) return null;
    return {
      added: row["added"] as number,
      deleted: row["deleted"] as number,
      files: row["files"] as number,
    };
  },
});
