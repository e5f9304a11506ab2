/**
 * Source: reports of tests (JUnit XML, TAP) from any CI, by one `curl --data-binary @results.xml`. What they are about stands in
 * headers `x-vice-*`. One report is one check; what matters of its cases is kept. Key: the run that was named with kind and suite, else a
 * hash of the report.
 */
import type { Facts, Transition } from "../../../domain/transition.ts";
import { keptOf } from "../../../domain/verify/kept-tests.ts";
import {
  readTestReport,
  summaryOf,
  type TestReport,
  testFactsSchema,
  testReportSchema,
} from "../../../domain/verify/test-report.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { sha, tagsOf, webUrl } from "../shaping.ts";

const FACTS = Object.keys(testFactsSchema.shape);
const MOST_ERROR = 2000;

/** `x-vice-service`, `x-vice-kind`, `x-vice-commit`, ... */
const factsIn = (headers: Readonly<Record<string, string>>) =>
  testFactsSchema.parse(Object.fromEntries(FACTS.map((name) => [name, headers[`x-vice-${name}`]])));

function decode(
  headers: Readonly<Record<string, string>>,
  rawBody: Uint8Array,
): { body: unknown } | { problem: string } | null {
  const text = new TextDecoder().decode(rawBody);
  if (/^\s*\{/.test(text)) return null;
  const body = readTestReport(text, factsIn(headers));
  return body === null
    ? { problem: "there is no result of a test in it, neither as JUnit XML nor as TAP" }
    : { body };
}

function normalise({ body, instance }: Reading): Normalised {
  const parsed = testReportSchema.safeParse(body);
  if (!parsed.success || parsed.data.cases.length === 0)
    return { outcome: "unmapped", reason: "no report of tests: format and cases are missing" };
  const transitions = [transitionOf(parsed.data, instance)];
  return { outcome: "accepted", transitions, tests: keptOf(parsed.data) };
}

function transitionOf(report: TestReport, instance: string | null): Transition {
  const { actor: _who, ...told } = report;
  const { run, kind, name, format } = told;
  const named = [run, kind, name].filter(Boolean).join("/");
  const { problem } = summaryOf(report);
  return {
    object: {
      ...{ identityKind: "test-report", source: "tests", instance: instance ?? "tests", attempt: 1 },
      externalId: run ? named : sha256Hex(JSON.stringify(told)).slice(0, 32),
    },
    step: problem === null ? "succeeded" : "failed",
    at: null,
    facts: factsOf(report, name ?? format),
  };
}

function factsOf(report: TestReport, name: string): Facts {
  const { service = null, environment = null, version = null, ref = null, kind, format } = report;
  const { passed, failed, skipped, durationMs, problem, isOverBudget } = summaryOf(report);
  const { commitSha, shortSha } = sha(report.commit);
  // Where nothing is known to run it says nothing of what is to come there, so it stops nobody.
  const isOfNothing = environment !== null && version === null && commitSha === null;
  return {
    ...{ kind: "check", service, environment, version, commitSha, ref, durationMs },
    actor: report.actor ? { name: report.actor, login: null } : null,
    url: webUrl(report.url),
    error: problem?.slice(0, MOST_ERROR) ?? null,
    tags: tagsOf({
      ...{ name, check: format, severity: isOfNothing ? "warn" : "gate", testKind: kind, shortSha },
      ...{ passed, failed, skipped, run: report.run, overBudget: isOverBudget ? report.budget : null },
    }),
  };
}

export default defineSource({
  name: "tests",
  title: "Test reports (JUnit, TAP)",
  schemes: [{ type: "bearer" }],
  deliveryId: () => null,
  decode,
  normalise,
  setup: [
    "With vice in the job: vice verify import-tests results.xml --service shop --kind unit --commit $GIT_COMMIT",
    "Without it: curl --data-binary @results.xml -H 'x-vice-service: shop' -H 'x-vice-kind: unit' -H \"x-vice-commit: $GIT_COMMIT\" -H 'authorization: Bearer <secret>' <the address above>",
    "Kinds are unit, integration, e2e, infra and manual; x-vice-budget: 10m fails what takes longer.",
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      ...{ format: "junit", service: "shop", kind: "unit", name: "unit tests", run: "vice-test-2041" },
      commit: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      cases: [
        { name: "basket › shows the delivery date", status: "passed", error: null, durationMs: 12 },
        { name: "basket › keeps a coupon", status: "failed", error: "expected 10, got 0", durationMs: 31 },
        { name: "basket › by voice", status: "skipped", error: null, durationMs: null },
      ],
    },
  },
});
