/** What is kept of reports of tests: a read model of `vice.tests.reported.v1`, one row for each check. */
import { isEvent, type LogEvent } from "../../../domain/event.ts";
import type { KeptTests } from "../../../domain/verify/kept-tests.ts";
import type { TestReports } from "../../../ports/test-reports.ts";
import { idToBlob } from "./codec.ts";
import type { Connection } from "./connection.ts";

/** Takes in a report; leaves other events alone. Call inside a transaction. */
export function applyTests(db: Connection, event: LogEvent): void {
  if (!isEvent(event, "vice.tests.reported.v1") || event.subject === null) return;
  db.run(
    "INSERT OR REPLACE INTO test_report VALUES (?, ?)",
    idToBlob(event.subject),
    JSON.stringify(event.data),
  );
}

export const testReportsOf = (db: Connection, catchUp: () => void): TestReports => ({
  kept: (id) => {
    catchUp();
    const row = db.get("SELECT doc FROM test_report WHERE id = ?", idToBlob(id));
    return row === undefined ? null : (JSON.parse(row["doc"] as string) as KeptTests);
  },
});
