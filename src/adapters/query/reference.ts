/** Writes the reference page of `vice query` from the table of views. */
import { BUILT_IN_QUERIES } from "../../domain/query/built-in.ts";
import type { SavedQuery } from "../../domain/query/saved-query.ts";
import type { QueryView } from "../../ports/query.ts";
import { QUERY_VIEWS } from "../store/sqlite/views.ts";
import { QUERY_FUNCTIONS } from "./functions.ts";

const INTRO = `# Query

\`vice query "<sql>"\` and \`POST /v1/query\` run one reading statement of SQLite's SQL over the views below. Nothing else can
be read and nothing can be written. Times are ISO 8601 text in UTC with milliseconds; unknown values are null; booleans are
1 and 0. A query ends after 5 s (\`--timeout\`, at most 60) and gives 1,000 rows (\`--limit\`, at most 100,000) and at most
16 MiB; \`truncated\` says that there was more. Values come in by name: \`vice query "... WHERE service = :s" --param s=shop\`;
one that is missing is an error, unless the query says what to take then: \`coalesce(:days, 90)\`, \`:s IS NULL OR service = :s\`.

\`\`\`sh
vice query "SELECT service, count(*) AS deployments FROM deployments WHERE counted GROUP BY 1 ORDER BY 2 DESC"
vice query "SELECT environment, running_version, running_since FROM services WHERE service = :s" --param s=shop
vice query "SELECT action, count(*) FROM activities WHERE source = 'local' GROUP BY action" --format markdown
\`\`\`

\`--format table|csv|json|markdown\` says how the terminal shows it. \`--explain\` says how it would be read, step by step: which
index, and of about how many rows. Over many rows narrow by \`occurred_ms\`, which has an index:
\`occurred_ms >= moment('7 days ago')\`. A text may stand in single or double quotes; a name that stands in double quotes and
is no column is taken as text, too.
`;

const SAVED = `## Saved queries

\`vice query @sources\` runs a query that is kept by name; \`vice query list\` shows all of them, with the values that they take.

\`\`\`sh
vice query @performance-by-action --param days:=30
vice query save of-service "SELECT version, occurred_at FROM deployments WHERE service = :service" --about "What came when"
vice query @of-service --param service=shop
vice query remove of-service
\`\`\`

They are events of the log, not a file: made in the page and in the terminal alike, there after a rebuild and a restore, and
\`vice audit export\` says who changed them. One that takes the name of a built-in one goes before it until it is removed.

| built in | what it gives |
|---|---|
`;

/** docs/reference/query.md. */
export const queryReference = (): string =>
  [
    INTRO,
    `${SAVED}${BUILT_IN_QUERIES.map(builtIn).join("\n")}\n`,
    functions(),
    ...QUERY_VIEWS.map(section),
  ].join("\n");

const builtIn = ({ name, about }: SavedQuery): string => `| \`@${name}\` | ${about} |`;

function functions(): string {
  const rows = QUERY_FUNCTIONS.map(({ call, about }) => `| \`${call}\` | ${about} |`);
  const intro =
    "Beside those of SQLite (core, date and time, aggregate, window, JSON and mathematical functions):";
  return ["## Functions", "", intro, "", "| function | gives |", "|---|---|", ...rows, ""].join("\n");
}

function section({ name, about, columns }: QueryView): string {
  const rows = columns.map(
    (column) => `| \`${column.name}\` | ${column.type} | ${column.about.replaceAll("|", "\\|")} |`,
  );
  return [`## ${name}`, about, "", "| column | type | meaning |", "|---|---|---|", ...rows, ""].join("\n");
}
