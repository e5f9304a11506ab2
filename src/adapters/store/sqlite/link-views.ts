/** The views of what hangs together: commits, what their messages name, and links between activities. */
import { REASONS } from "../../../domain/trace/anchors.ts";
import { CLOCKS_MS } from "../../../domain/trace/join.ts";
import { iso, known, uuid, type ViewDefinition } from "./view-columns.ts";

const HOUR_MS = 3_600_000;
const BRANCH = REASONS.indexOf("branch");
const RUN = REASONS.indexOf("run");
const reasonWord = (sql: string): string =>
  `CASE ${sql} ${REASONS.map((reason, at) => `WHEN ${at} THEN '${reason}'`).join(" ")} END`;

const began = (table: string): string => `coalesce(${table}.start_ms, ${table}.occurred_ms)`;

/**
 * As `fitsInTime` of the domain: a branch's name is used again, and what is caused does not end before its cause begins.
 * Of an activity `f`, an effect `g`, and `x`, the anchor that ties them.
 */
export const FITS = `CASE WHEN x.reason = ${BRANCH} THEN ${began("g")} BETWEEN ${began("f")} - ${7 * 24 * HOUR_MS}
    AND coalesce(f.finish_ms + ${HOUR_MS}, ${began("g")})
  ELSE f.kind IN ('ticket', 'change') OR ${began("f")} <= coalesce(g.finish_ms, ${began("f")})
    + CASE WHEN x.reason = ${RUN} THEN ${CLOCKS_MS} ELSE 0 END END`;
/** Nobody said anything of the two, neither that they belong together nor that they do not. */
export const NOT_SAID =
  "NOT EXISTS (SELECT 1 FROM main.said_link h WHERE h.cause = f.id AND h.effect = g.id)";

/** The last two are of the effect: the newer one, by which people narrow. */
const ends = [uuid("f.id"), "f.kind", uuid("g.id"), "g.kind"];
const effect = [iso("g.occurred_ms"), "g.occurred_ms"];

export const linkViews: readonly ViewDefinition[] = [
  {
    name: "commits",
    about: "Commits that a push, a clone or a forge told of.",
    columns: [
      ["sha", "text", "lower(hex(c.sha))", "40 or 64 hex."],
      ["repository", "text", "c.repository", "URL of the repository."],
      ["committed_at", "text", iso("c.committed_ms"), "When it was committed; a rebase makes it newer."],
      ["authored_at", "text", iso("c.authored_ms"), "When it was written."],
      ["committed_ms", "integer", "c.committed_ms", "The first in milliseconds since 1970."],
      ["author", "text", "coalesce(p.login, p.name)", "Login, else name."],
      [
        "subject",
        "text",
        "substr(c.message, 1, instr(c.message || char(10), char(10)) - 1)",
        "First line of the message.",
      ],
      ["message", "text", "c.message", "All of it, cut at 2,000 characters."],
      [
        "parents",
        "integer",
        "length(c.parents) / length(c.sha)",
        "How many; 2 = a merge; null = nobody said.",
      ],
      ["url", "text", "c.url", "The page at the forge."],
    ],
    from: "main.commit_seen c LEFT JOIN main.person p ON p.id = c.author",
  },
  {
    name: "mentions",
    about: "What the messages of commits name.",
    columns: [
      ["sha", "text", "lower(hex(c.sha))", "The commit."],
      ["kind", "text", "m.kind", "`ticket`, `issue`, `change`, `revert`."],
      ["ref", "text", "m.ref", "`SHOP-12`, `15`, or the sha that is taken back."],
    ],
    from: "main.commit_mention m JOIN main.commit_seen c ON c.n = m.n",
  },
  {
    name: "links",
    about:
      "What led to what, one row for each reason: from the cause to the effect. Links through the commits between two deployments are in traces only.",
    columns: [
      ["from_id", "text", ends[0] ?? "", "The activity that led to the other one."],
      ["from_kind", "text", ends[1] ?? "", "What that is."],
      ["to_id", "text", ends[2] ?? "", "The activity that it led to."],
      ["to_kind", "text", ends[3] ?? "", "What that is."],
      ["reason", "text", reasonWord("x.reason"), `${REASONS.map((reason) => `\`${reason}\``).join(", ")}.`],
      ["said", "text", "NULL", "In the words of the person who made it."],
      ["occurred_at", "text", effect[0] ?? "", "When the effect was."],
      ["occurred_ms", "integer", effect[1] ?? "", "The same in milliseconds since 1970."],
    ],
    from: `main.anchor x JOIN main.anchor y ON y.k = x.k AND y.place > x.place JOIN main.activity f ON f.n = x.n
      JOIN main.activity g ON g.n = y.n JOIN main.span s ON s.n = g.n
      WHERE x.gives = 1 AND s.parent IS NOT f.id AND ${FITS} AND ${NOT_SAID}`,
    union: [
      {
        columns: [...ends, "'parent'", "NULL", ...effect],
        from: `main.span s JOIN main.activity f ON f.id = s.parent JOIN main.activity g ON g.n = s.n WHERE ${NOT_SAID}`,
      },
      {
        columns: [...ends, "'said'", known("h.reason"), ...effect],
        from: "main.said_link h JOIN main.activity f ON f.id = h.cause JOIN main.activity g ON g.id = h.effect WHERE h.cut = 0",
      },
    ],
  },
];
