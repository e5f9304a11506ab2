/** Which keys can explain how something went, and which only name or measure it: ids, counts, moments. Pure. */

export interface KeyUse {
  key: string;
  /** All values that were seen of it. */
  values: readonly string[];
  /** How many cases have one of them, a case with two values twice. */
  uses: number;
}

/** `heroku.buildId`, `queue_id`, `runUUID`: the last word is an id; `paid` is none. */
const ID = /(?:^|[._-])(?:ids?|uuid|guid)$|[a-z\d](?:Ids?|IDs?|Uuid|UUID|Guid|GUID)$/;
/** How much there was of something; the same amount twice is chance. */
const AMOUNT =
  /(?:^|[._-])(?:additions|deletions|changed_?files|comments|commits|count|failed|files|lines|passed|reviews|size|skipped|tests|total)$/i;
const NUMBER = /^-?\d+(?:\.\d+)?$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** Numbers of which more are seen measure something; fewer may be versions or sorts. */
const MOST_NUMBERS = 5;
/** Used less often, nobody knows whether its values come again. */
const LEAST_USES = 10;
/** A value that comes again less often than this is one for each case. */
const LEAST_REPEATS = 1.5;

export function isTelling({ key, values, uses }: KeyUse): boolean {
  if (ID.test(key)) return false;
  if (values.every((value) => NUMBER.test(value)) && (AMOUNT.test(key) || values.length > MOST_NUMBERS))
    return false;
  if (values.every((value) => MOMENT.test(value))) return false;
  return uses < LEAST_USES || uses / values.length >= LEAST_REPEATS;
}
