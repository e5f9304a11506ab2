/** The index by which reports of one run are found: the page of the run. */
export const RUNS = "kind IN ('pipeline', 'build')";

export const SAME_RUN_INDEX = `CREATE INDEX IF NOT EXISTS activity_run_page ON activity (doc ->> '$.url') WHERE ${RUNS};`;
