/** Port: what is kept of reports of tests; a facet of the store. */
import type { KeptTests } from "../domain/verify/kept-tests.ts";

export interface TestReports {
  /** Of the check that a report became; `null` = it came from none, or before vice kept this. */
  kept(id: string): KeptTests | null;
}
