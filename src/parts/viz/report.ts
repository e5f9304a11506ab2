/** `vice report NAME`: one of the kinds of reports, a saved dashboard, a project or a service; as text, Markdown, HTML, JSON or CSV. */
import { z } from "zod";
import type { ReportDocument } from "../../domain/chart/document.ts";
import type { Command, CommandContext, TextStyle } from "../../kit/command.ts";
import { csvOf } from "../../kit/csv.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { Services } from "../../ports/services.ts";
import { allDashboards } from "./dashboards/find-dashboard.ts";
import { dashboardReport, isDashboard } from "./reports/dashboard.ts";
import type { Look, ReportKind } from "./reports/kind.ts";
import { inputFor, mergedShape } from "./reports/merged-input.ts";
import { projectReport } from "./reports/project.ts";
import { asHtml } from "./reports/render/as-html.ts";
import { asMarkdown } from "./reports/render/as-markdown.ts";
import { asText } from "./reports/render/as-text.ts";
import { REPORT_KINDS, reportKindOf } from "./reports/table.ts";

const FORMATS = ["text", "markdown", "html", "json", "csv", "document"] as const;
type Format = (typeof FORMATS)[number];

const BY_SUFFIX: Readonly<Record<string, Format>> = {
  ...{ html: "html", htm: "html", md: "markdown", json: "json", csv: "csv", txt: "text" },
};

const input = z.object({
  project: z.string().describe("Project, service, saved dashboard or kind of report; all = everything"),
  ...mergedShape(REPORT_KINDS),
  dashboardFile: z
    .strictObject({ file: z.string(), text: z.string().max(200_000) })
    .optional()
    .meta({ fileOf: "project", folder: "dashboards" })
    .describe("A dashboard of the project: dashboards/<name>.yaml, as the terminal finds it"),
  format: z
    .enum(FORMATS)
    .optional()
    .describe("Default: text, or what the name of the file says; document: blocks and charts as data"),
  out: z.string().optional().meta({ file: "path", short: "o", description: "Write it to this file" }),
});

/** Beside what the kind itself says. */
const about = {
  title: z.string().describe("The finding, in words"),
  generatedAt: z.string(),
  timeZone: z.string().describe("In which days and hours are said"),
  rendered: z.string().optional().describe("With format markdown, html or csv"),
  document: z.unknown().optional().describe("With format document: title, summary, blocks"),
  file: z.string().optional(),
};

const [firstKind = projectReport, ...otherKinds] = REPORT_KINDS.map(({ name, output }) =>
  output.extend({ report: z.literal(name), ...about }),
);
const output = z.discriminatedUnion("report", [firstKind, ...otherKinds] as [z.ZodObject, ...z.ZodObject[]]);
type Result = z.output<typeof output>;

export const report: Command<Services, typeof input, typeof output> = {
  id: "viz.report",
  words: ["report"],
  part: "viz",
  summary: "Report on a project, a service, a saved dashboard, or one of the kinds below.",
  examples: [
    "vice report shop",
    "vice gluttony report shop --json",
    "vice report all --format html --out report.html",
  ],
  topics: [{ title: "Kinds", rows: REPORT_KINDS.map(({ name, about: said }) => [name, said] as const) }],
  effect: "read",
  positional: ["project", "subject"],
  input,
  output,
  http: { method: "GET", path: "/v1/report/:project" },
  run: async ({ project, format, out, dashboardFile, ...rest }, ctx) => {
    const given: Readonly<Record<string, unknown>> = rest;
    const { kind, more } = meant(project, given, dashboardFile?.text ?? null, ctx.services);
    const wanted = format ?? BY_SUFFIX[/\.(\w+)$/.exec(out ?? "")?.[1] ?? ""] ?? "text";
    const own = ctx.services.config.timeZone;
    const found = kind.output.parse(await dataOf(kind, inZone(kind, more, own), ctx));
    const look = { nowMs: ctx.now(), zone: zoneIn(given) ?? zoneIn(found) ?? own };
    const document = kind.render(found, look);
    return {
      ...found,
      report: kind.name,
      title: document.title,
      generatedAt: new Date(look.nowMs).toISOString(),
      timeZone: look.zone,
      ...rendered(kind, found, document, wanted, look),
      ...(out === undefined ? {} : { file: out }),
    };
  },
  writes: ({ out }, result) => (out === undefined ? null : { path: out, text: `${textOf(result, PLAIN)}\n` }),
  text: (result, style) =>
    result["file"] === undefined
      ? textOf(result, style)
      : `Wrote ${String(result["file"])}: ${String(result["title"])}`,
};

/** A dashboard may bring its own. */
const zoneIn = ({ tz }: { readonly tz?: unknown }): string | null => (typeof tz === "string" ? tz : null);

/** In the days of the workspace, where nobody says in whose; a dashboard says it itself. */
const inZone = (
  kind: ReportKind,
  given: Readonly<Record<string, unknown>>,
  zone: string,
): Readonly<Record<string, unknown>> =>
  "tz" in kind.input.shape && kind.name !== dashboardReport.name && given["tz"] === undefined
    ? { ...given, tz: zone }
    : given;

const KINDS = REPORT_KINDS.map(({ name }) => name).join(", ");

/** A kind, or a name with what is known of it. */
function meant(
  name: string,
  given: Readonly<Record<string, unknown>>,
  file: string | null,
  services: Services,
): { kind: ReportKind; more: Record<string, unknown> } {
  const kind = reportKindOf(name);
  if (kind !== undefined) return { kind, more: given };
  const drawn = { kind: dashboardReport as ReportKind, more: { ...given, subject: name } };
  if (file !== null) return { ...drawn, more: { ...drawn.more, draft: file } };
  if (given["subject"] === undefined && isDashboard(services, name)) return drawn;
  if (given["subject"] === undefined)
    return { kind: projectReport as ReportKind, more: { ...given, subject: name } };
  throw new ViceError("usage", {
    message: `"${name}" is no kind of report that "${String(given["subject"])}" could belong to.`,
    hint: `Kinds: ${KINDS}.`,
  });
}

/** What is not found may be a kind that was mistyped. */
async function dataOf(
  kind: ReportKind,
  given: Readonly<Record<string, unknown>>,
  ctx: CommandContext<Services>,
): Promise<object> {
  try {
    return await kind.data(inputFor(kind, given), ctx);
  } catch (error) {
    const isName =
      error instanceof ViceError && error.code === "not-found" && kind.name === projectReport.name;
    const others = [
      ...REPORT_KINDS.map((each) => each.name),
      ...allDashboards(ctx.services).map((each) => each.name),
    ];
    const meantKind = isName ? nearest(String(given["subject"]), others) : null;
    if (!isName) throw error;
    const hint = `${error.details["hint"] ?? ""} Kinds of report: ${KINDS}.`.trim();
    throw new ViceError("not-found", {
      ...error.details,
      ...{ hint, nearest: error.details["nearest"] ?? meantKind },
    });
  }
}

const RENDER: Partial<Record<Format, (document: ReportDocument, look: Look) => string>> = {
  markdown: asMarkdown,
  html: asHtml,
};

function rendered(
  kind: ReportKind,
  found: object,
  document: ReportDocument,
  format: Format,
  look: Look,
): { rendered?: string; document?: ReportDocument } {
  if (format === "document") return { document };
  if (format === "csv") return { rendered: csvText(kind, found) };
  if (format === "json") return { rendered: JSON.stringify({ report: kind.name, ...found }, null, 2) };
  const render = RENDER[format];
  return render === undefined ? {} : { rendered: render(document, look) };
}

function csvText(kind: ReportKind, found: object): string {
  if (kind.csv === undefined)
    throw new ViceError("usage", {
      message: `The report "${kind.name}" has no CSV.`,
      hint: "Use --format json.",
    });
  const { columns, rows } = kind.csv(found as never);
  return csvOf(rows, columns);
}

/** A file has no colours and no window. */
const PLAIN: TextStyle = { nowMs: 0, columns: 100, color: (_name, text) => text };

function textOf(result: Result, style: TextStyle): string {
  const { report: name, rendered: done, document, generatedAt, timeZone } = result as Record<string, unknown>;
  if (typeof done === "string") return done.trimEnd();
  if (document !== undefined) return JSON.stringify(document, null, 2);
  const kind = reportKindOf(String(name));
  if (kind === undefined) return JSON.stringify(result, null, 2);
  const look = { nowMs: Date.parse(String(generatedAt)), zone: String(timeZone) };
  const at = { ...style, nowMs: look.nowMs };
  return kind.text?.(result as never, at) ?? asText(kind.render(result as never, look), at, look);
}
