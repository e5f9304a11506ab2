/** The embedded store: log, read models and all facets in one SQLite file (WAL, synchronous = FULL). */
import type { Store } from "../../../ports/store.ts";
import { commitsOf } from "./commits-read.ts";
import { type Connection, openConnection } from "./connection.ts";
import { deliveriesOf } from "./deliveries.ts";
import { doraOf } from "./dora-read.ts";
import { durationsOf } from "./durations.ts";
import { explained, explaining } from "./explain-damage.ts";
import { namesOf, stateOf, tokensOf } from "./facets.ts";
import { figuresOf } from "./figures-read.ts";
import { findActivityId } from "./find-activity-id.ts";
import { flowsOf } from "./flows.ts";
import { notFollowed } from "./follow/not-taken.ts";
import { LogAndModels, type StoreOptions } from "./log-and-models.ts";
import { maintenanceOf } from "./maintenance.ts";
import { namedWorkOf } from "./named-work.ts";
import { outboxOf } from "./outbox.ts";
import { runsOf } from "./runs.ts";
import { seriesOf } from "./series.ts";
import { standingOf } from "./standing.ts";
import { testReportsOf } from "./test-reports.ts";
import { tracesOf } from "./traces/facet.ts";
import { tellingOf } from "./traces/telling.ts";
import { workOf } from "./traces/work.ts";

function onConnection(db: Connection, options: StoreOptions): LogAndModels {
  try {
    return new LogAndModels(db, options);
  } catch (error) {
    const clear = explained(db, error);
    db.close(); // left open it would keep its locks for as long as the process lives
    throw clear;
  }
}

/** Opens the store with all its facets. @throws ViceError `store.damaged`, `store.newer`, `store.unavailable` */
export function openSqliteStore(options: StoreOptions): Store {
  const store = onConnection(openConnection(options.file, options.mode), options);
  const deliveries = deliveriesOf(store.db);
  const clear = <T extends object>(facet: T): T => explaining(store.db, facet);
  return {
    log: clear(store),
    read: clear(store),
    deliveries: clear(deliveries),
    names: clear(namesOf(store.db, () => store.catchUp())),
    tokens: tokensOf(store.db),
    state: stateOf(store.db),
    standing: clear(
      standingOf(
        store.db,
        () => store.catchUp(),
        () => store.lag,
      ),
    ),
    runs: clear(runsOf(store.db, () => store.catchUp())),
    outbox: clear(outboxOf(store.db)),
    flows: clear(
      flowsOf(
        store.db,
        () => store.catchUpFollowers(),
        (nowMs) => store.context(nowMs),
      ),
    ),
    durations: clear(durationsOf(store.db, () => store.catchUpFollowers())),
    series: clear(seriesOf(store.db, () => store.catchUp())),
    testReports: clear(testReportsOf(store.db, () => store.catchUp())),
    dora: clear(
      doraOf(
        store.db,
        () => store.catchUpFollowers(),
        () => !store.following.isCurrent() || store.following.isBehind(),
      ),
    ),
    traces: clear(
      tracesOf({
        db: store.db,
        context: (nowMs) => store.context(nowMs),
        catchUp: () => store.catchUpFollowers(),
        resolveId: (text) => findActivityId(store.db, text),
      }),
    ),
    telling: clear(
      tellingOf({
        db: store.db,
        context: (nowMs) => store.context(nowMs),
        catchUp: () => store.catchUpFollowers(),
      }),
    ),
    work: clear(
      workOf({
        db: store.db,
        context: (nowMs) => store.context(nowMs),
        catchUp: () => store.catchUpFollowers(),
      }),
    ),
    commits: clear({
      ...commitsOf(
        store.db,
        () => store.catchUp(),
        (id) => store.persons.of(id),
      ),
      ...namedWorkOf(
        store.db,
        () => store.catchUpFollowers(),
        (nowMs) => store.context(nowMs),
      ),
    }),
    figures: clear(figuresOf(store.db, () => store.catchUpFollowers())),
    maintenance: clear(
      maintenanceOf({
        db: store.db,
        append: store.appendState,
        persons: store.persons,
        lag: () => store.lag,
        failedEvents: () => store.failedEvents,
        catchUp: () => store.catchUpFollowers(),
        followers: {
          areCurrent: () => store.following.isCurrent() && !store.following.isBehind(),
          lag: () => store.following.lag(),
          notTaken: () => notFollowed(store.db),
        },
        startRebuild: () => store.startRebuild(),
        work: (budgetMs) => store.work(budgetMs),
        configure: (fresh) => store.configure(fresh),
      }),
    ),
    resolveId: (text) => {
      store.catchUp();
      return findActivityId(store.db, text);
    },
    close: () => {
      try {
        if (options.mode === "write") deliveries.flush();
      } finally {
        store.close();
      }
    },
  };
}
