/** The table of reports of tests: a read model, made from `vice.tests.reported.v1`. */

/** doc: `KeptTests` as JSON; id: of the check. */
export const TEST_REPORT_TABLES = `
CREATE TABLE IF NOT EXISTS test_report (id BLOB PRIMARY KEY, doc TEXT NOT NULL);
`;

export const TEST_REPORT_TABLE_NAMES = ["test_report"] as const;
