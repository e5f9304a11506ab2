/** Copies, health, rebuilding and deliveries normalised again; a facet of the store. */
import type { NewEvent } from "../domain/event.ts";
import type { NewDelivery, ReprocessState, StoredDelivery } from "./deliveries.ts";
import type { ProjectionSettings } from "./read-models.ts";

export type WorkState =
  | { idle: true }
  | { idle: false; what: "rebuild" | "rename" | "follow"; share: number; done: number; total: number };

/** A stored delivery and what today's adapter makes of it. */
export interface Reprocessed {
  delivery: Omit<StoredDelivery, "body"> & ReprocessState;
  outcome: NewDelivery["outcome"];
  reason: string | null;
  events: ReadonlyArray<NewEvent<"vice.activity.observed.v1">>;
  /** What it tells beside activities. Nothing supersedes that: it is taken where the delivery gave nothing before. */
  others?: ReadonlyArray<NewEvent<"vice.commits.seen.v1"> | NewEvent<"vice.tests.reported.v1">>;
}

/** Activities that are missing in one of the read models which follow them. */
export interface NotFollowed {
  /** Its name, such as `dora`. */
  follower: string;
  activities: number;
  /** Id of the first of them; `null` = it is gone since. */
  first: string | null;
  /** Why the first could not be taken in. */
  problem: string;
}

export interface StoreHealth {
  file: string;
  seq: number;
  /** Events that the read models do not know yet. */
  lag: number;
  /** Activities that links, rollups and histograms do not know yet. */
  followersLag: number;
  /** Events that the read models could not take and left out; a rebuild tries them again. */
  failedEvents: number;
  /** What links, rollups and histograms could not take in. It is tried again when it changes, and by another version of vice. */
  notFollowed: readonly NotFollowed[];
  fileBytes: number;
  walBytes: number;
  freeBytes: number;
  activities: number;
  deliveries: number;
}

/** Care of the store as a whole. */
export interface Maintenance {
  /** Throws the read models away; `work` builds them again. */
  startRebuild(): void;
  /** Called when there is new background work that no append brought. @returns stop listening */
  onWork(listener: () => void): () => void;
  /** One piece of background work. */
  work(budgetMs: number): WorkState;
  /** Projects what is new since, so that the next read sees it. */
  catchUp(): void;
  /** A consistent copy into a file while writing goes on (SQLite's online backup). */
  copyTo(file: string, progress: (share: number) => void): Promise<void>;
  health(): StoreHealth;
  /** Whether the read models have the form of this vice; whoever only reads cannot make them so. */
  isCurrent(): boolean;
  /** Erases the names of a person, by id; the id stays in the log and means nobody. */
  forgetPerson(person: string): void;
  /** Ids of the persons whose name or login (or id) is this word, without regard to case. */
  findPersons(word: string): string[];
  /** Takes other settings from the configuration; when rules changed, `work` names everything again. */
  configure(settings: ProjectionSettings): void;
  /**
   * Takes in deliveries that were normalised again, in one transaction: where one says something else now, its events are
   * appended and those of the former generation no longer count.
   * @param write `false` only compares
   * @returns for each, whether it says something else. @throws ViceError `store.unavailable`
   */
  supersede(list: readonly Reprocessed[], write: boolean): boolean[];
}
