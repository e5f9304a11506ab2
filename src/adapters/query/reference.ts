/** Writes the reference page of `vice query` from the table of views. */
import type { QueryView } from "../../ports/query.ts";
import { QUERY_VIEWS } from "../store/sqlite/views.ts";

const INTRO = `# Query

\`vice query "<sql>"\` and \`POST /v1/query\` run one reading statement of SQLite's SQL over the views below. Nothing else can
be read and nothing can be written. Times are ISO 8601 text in UTC with milliseconds; unknown values are null; booleans are
1 and 0. A query ends after 5 s (\`--timeout\`, at most 60) and gives 1,000 rows (\`--limit\`, at most 100,000) and at most
16 MiB; \`truncated\` says that there was more. Values come in by name: \`vice query "... WHERE service = :s" --param s=shop\`.

\`\`\`sh
vice query "SELECT service, count(*) AS deployments FROM deployments WHERE counted GROUP BY 1 ORDER BY 2 DESC"
vice query "SELECT environment, running_version, running_since FROM services WHERE service = :s" --param s=shop
\`\`\`

Over many rows narrow by \`occurred_ms\`, which has an index: \`occurred_ms > unixepoch('now', '-7 days') * 1000\`.
`;

/** docs/reference/query.md. */
export const queryReference = (): string => `${INTRO}\n${QUERY_VIEWS.map(section).join("\n")}`;

function section({ name, about, columns }: QueryView): string {
  const rows = columns.map(
    (column) => `| \`${column.name}\` | ${column.type} | ${column.about.replaceAll("|", "\\|")} |`,
  );
  return [`## ${name}`, about, "", "| column | type | meaning |", "|---|---|---|", ...rows, ""].join("\n");
}
