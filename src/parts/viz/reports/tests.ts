/** `vice report tests [SERVICE]`: the pyramid, slow and flaky tests, what people do by hand, budgets, and environments whose infrastructure nobody tests. */
import { z } from "zod";
import type { Block } from "../../../domain/chart/document.ts";
import { sayMs } from "../../../domain/chart/say-value.ts";
import {
  flakyCases,
  manualShare,
  newestOf,
  type PlacedReport,
  pyramidOf,
  slowestCases,
} from "../../../domain/verify/test-figures.ts";
import { budgetOf, TEST_KINDS } from "../../../domain/verify/test-report.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { count } from "../../../kit/count.ts";
import type { Services } from "../../../ports/services.ts";
import { sayScope } from "./ask.ts";
import { reportKind } from "./kind.ts";
import { testReports } from "./test-reports.ts";
import { type Span, scopeInput, spanInput, spanOf } from "./usual-input.ts";

const TOP = 10;
const DAYS = 30;

const caseSchema = { name: z.string(), service: z.string().nullable(), kind: z.enum(TEST_KINDS).nullable() };
const output = z.strictObject({
  from: z.string(),
  to: z.string(),
  scope: z.string(),
  reports: z.int(),
  sampled: z.boolean().describe("Whether only the newest reports were looked at"),
  withoutCases: z.int().describe("Reports whose cases are no longer kept"),
  pyramid: z.strictObject({
    cases: z
      .record(z.enum([...TEST_KINDS, "unknown"]), z.int())
      .describe("Of the newest report of each suite"),
    inverted: z.boolean().nullable(),
    reason: z.string().nullable(),
  }),
  manual: z.strictObject({ manual: z.int(), all: z.int(), share: z.number().nullable() }),
  slowest: z.array(z.strictObject({ ...caseSchema, p50Ms: z.number(), runs: z.int() })),
  flaky: z.array(z.strictObject({ ...caseSchema, commits: z.array(z.string()), lastAt: z.string() })),
  suites: z.array(
    z.strictObject({
      ...caseSchema,
      name: z.string().nullable(),
      environment: z.string().nullable(),
      ...{ passed: z.int(), failed: z.int(), skipped: z.int() },
      durationMs: z.number().nullable(),
      budgetMs: z.number().nullable(),
      overBudget: z.boolean(),
      at: z.string(),
      id: z.string().describe("The check"),
    }),
  ),
  environments: z.array(
    z.strictObject({
      environment: z.string(),
      infrastructure: z.boolean().describe("Whether a check of the infrastructure is known there"),
    }),
  ),
});
type Data = z.output<typeof output>;

export const testsReport = reportKind({
  name: "tests",
  about:
    "Tests: the pyramid, slow and flaky ones, manual share, time budgets, infrastructure without a check",
  subject: "SERVICE",
  input: z.object({ subject: z.string().optional(), ...scopeInput, ...spanInput }),
  output,
  data: async ({ subject, ...input }, { services, now }) => {
    const span = spanOf(input, now(), DAYS);
    const { team, environment, tier } = input;
    const scope = { service: subject ?? input.service, team, environment, tier };
    const { reports, sampled, withoutCases } = await testReports(services, scope, span, now());
    const { isInverted, ...pyramid } = pyramidOf(reports);
    return {
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      scope: sayScope(scope),
      ...{ reports: reports.length, sampled, withoutCases },
      pyramid: { ...pyramid, inverted: isInverted },
      manual: manualShare(pyramidOf(reports)),
      slowest: slowestCases(reports, TOP),
      flaky: flakyCases(reports).slice(0, 50),
      suites: newestOf(reports).map(suiteOf),
      environments: environmentsOf(services, scope.service, environment, span, now()),
    };
  },
  csv: ({ suites }) => ({ columns: Object.keys(output.shape.suites.element.shape), rows: suites }),
  render: (data, { nowMs }) => ({
    title: titleOf(data),
    summary: `${count(data.reports, "report")}${data.scope}${data.sampled ? " (the newest)" : ""}, from ${data.from.slice(0, 10)} on.`,
    blocks: [
      figuresOf(data),
      pyramidBlock(data),
      suitesBlock(data, nowMs),
      slowBlock(data),
      flakyBlock(data, nowMs),
      environmentsBlock(data),
    ],
  }),
});

function suiteOf(placed: PlacedReport & { id?: string }): Data["suites"][number] {
  const { service, environment, at, report, id = "" } = placed;
  const { name, kind, passed, failed, skipped, durationMs } = report;
  const { budgetMs, isOverBudget } = budgetOf(report);
  return {
    ...{ name, service, kind, environment },
    ...{ passed, failed, skipped, durationMs, budgetMs, overBudget: isOverBudget, at, id },
  };
}

/** Kinds of vice's own checks that look at what is below the application. */
const INFRASTRUCTURE: ReadonlySet<string> = new Set(["tcp", "tls", "dns"]);

/** Where something is deployed, and whether its infrastructure is tested: by a report of kind infra, or by vice's own checks. */
function environmentsOf(
  { store: { read } }: Pick<Services, "store">,
  service: string | undefined,
  environment: string | undefined,
  { fromMs, toMs }: Span,
  nowMs: number,
): Data["environments"] {
  const places = read.status({ service, environment }, nowMs);
  const names = [
    ...new Set(places.flatMap((place) => (place.environment === null ? [] : [place.environment]))),
  ];
  return names.map((name) => {
    const filter = { kind: "check" as const, service, environment: name, sinceMs: fromMs, untilMs: toMs };
    const { items } = read.activities(filter, 1000, null, nowMs);
    const infrastructure = items.some(
      ({ tags }) => tags["testKind"] === "infra" || INFRASTRUCTURE.has(tags["check"] ?? ""),
    );
    return { environment: name, infrastructure };
  });
}

function titleOf({ reports, scope, pyramid, suites, flaky, environments }: Data): string {
  if (reports === 0) return `No report of tests is known${scope}`;
  if (pyramid.inverted === true) return `The pyramid of tests${scope} stands on its head: ${pyramid.reason}`;
  const late = suites.filter(({ overBudget }) => overBudget);
  if (late.length > 0) return `${count(late.length, "suite")}${scope} took longer than allowed`;
  if (flaky[0] !== undefined)
    return `${count(flaky.length, "test")}${scope} both passed and failed on one commit`;
  const bare = environments.filter(({ infrastructure }) => !infrastructure);
  if (bare.length > 0)
    return `Nobody tests the infrastructure of ${bare.map(({ environment }) => environment).join(", ")}`;
  return `Tests${scope}: nothing stands out`;
}

const NO_REPORTS = "no report came; vice verify import-tests brings them";

function figuresOf({ manual, pyramid: { cases }, reports }: Data): Block {
  const reason = reports === 0 ? NO_REPORTS : "";
  const known = (value: number): number | null => (reports === 0 ? null : value);
  return {
    kind: "figures",
    figures: [
      ...(["unit", "integration", "e2e", "infra"] as const).map((kind) => ({
        ...{ label: `Tests, ${kind}`, value: known(cases[kind] ?? 0), unit: "count" as const, reason },
      })),
      {
        ...{ label: "Manual", value: manual.share, unit: "ratio" as const, reason: NO_REPORTS },
        note: `${manual.manual} of ${manual.all}`,
      },
    ],
  };
}

function pyramidBlock({ pyramid: { cases, inverted, reason } }: Data): Block {
  const { unit = 0, integration = 0, e2e = 0 } = cases;
  const verdict =
    inverted === null ? `Not known: ${reason}.` : inverted ? `Inverted: ${reason}.` : "It stands.";
  return {
    kind: "text",
    text: `Pyramid, unit : integration : e2e = ${unit} : ${integration} : ${e2e}. ${verdict}`,
  };
}

const right = (...titles: string[]) => titles.map((title) => ({ title, align: "right" as const }));
const left = (...titles: string[]) => titles.map((title) => ({ title }));

const suitesBlock = ({ suites }: Data, nowMs: number): Block => ({
  kind: "table",
  title: "Suites, the newest report of each",
  empty: `There is none: ${NO_REPORTS}.`,
  table: {
    columns: [
      ...left("suite", "kind", "service"),
      ...right("passed", "failed", "skipped", "took"),
      ...left("budget", "last"),
    ],
    rows: suites.map((each) => [
      ...[each.name ?? "–", each.kind ?? "–", each.service ?? "–"],
      ...[String(each.passed), String(each.failed), String(each.skipped)],
      ...[each.durationMs === null ? "–" : sayMs(each.durationMs), sayBudget(each), sayAgo(each.at, nowMs)],
    ]),
  },
});

const sayBudget = ({ budgetMs, overBudget }: Data["suites"][number]): string =>
  budgetMs === null ? "–" : `${sayMs(budgetMs)}${overBudget ? ", exceeded" : ""}`;

const slowBlock = ({ slowest }: Data): Block => ({
  kind: "table",
  title: "Slowest tests",
  empty: "No duration is known.",
  table: {
    columns: [...left("test", "kind", "service"), ...right("usually", "runs")],
    rows: slowest.map(({ name, kind, service, p50Ms, runs }) => [
      ...[name, kind ?? "–", service ?? "–", sayMs(p50Ms), String(runs)],
    ]),
  },
});

const flakyBlock = ({ flaky }: Data, nowMs: number): Block => ({
  kind: "table",
  title: "Flaky: passed and failed on the same commit",
  empty: "None is known.",
  table: {
    columns: [...left("test", "kind", "service"), ...right("commits"), ...left("last")],
    rows: flaky.map(({ name, kind, service, commits, lastAt }) => [
      ...[name, kind ?? "–", service ?? "–", String(commits.length), sayAgo(lastAt, nowMs)],
    ]),
  },
});

const environmentsBlock = ({ environments }: Data): Block => ({
  kind: "list",
  items: environments.map(({ environment, infrastructure }) =>
    infrastructure
      ? `${environment}: its infrastructure is tested`
      : `${environment}: no check of its infrastructure is known (import-tests --kind infra, or checks of kind tcp, tls, dns)`,
  ),
  empty: "Nothing is known to be deployed anywhere.",
});
