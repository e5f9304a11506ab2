/** Port: the store, an append-only log with the read models that an answer must show at once; one file for each facet. */
import type { Commits } from "./commits.ts";
import type { Deliveries } from "./deliveries.ts";
import type { Dora } from "./dora.ts";
import type { Durations } from "./durations.ts";
import type { EventLog } from "./event-log.ts";
import type { Figures } from "./figures.ts";
import type { Flows } from "./flow.ts";
import type { Maintenance } from "./maintenance.ts";
import type { Names } from "./names.ts";
import type { Outbox } from "./outbox.ts";
import type { ReadModels } from "./read-models.ts";
import type { Runs } from "./runs.ts";
import type { SeriesStore } from "./series.ts";
import type { Standing } from "./standing.ts";
import type { State } from "./state.ts";
import type { Telling } from "./telling.ts";
import type { TestReports } from "./test-reports.ts";
import type { Tokens } from "./tokens.ts";
import type { Traces } from "./traces.ts";
import type { Work } from "./work.ts";

/** The store, by facet. */
export interface Store {
  log: EventLog;
  read: ReadModels;
  deliveries: Deliveries;
  names: Names;
  tokens: Tokens;
  state: State;
  standing: Standing;
  runs: Runs;
  outbox: Outbox;
  flows: Flows;
  durations: Durations;
  series: SeriesStore;
  testReports: TestReports;
  dora: Dora;
  traces: Traces;
  telling: Telling;
  work: Work;
  commits: Commits;
  figures: Figures;
  maintenance: Maintenance;
  /** Finds an activity by its id or by the unique start of it. @throws ViceError `not-found`, `input.invalid` */
  resolveId(text: string): string;
  close(): void;
}
