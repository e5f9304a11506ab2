// Plans: what a pipeline becomes, and what is refused with its place.
import { describe, expect, test } from "vitest";
import { mermaid } from "./mermaid.ts";
import { pipelineSchema } from "./pipeline-schema.ts";
import { type Planning, plan } from "./plan.ts";

const planning: Planning = {
  ...{ name: "shop", cwd: "/shop", inputs: {}, facts: {}, inner: {} },
  kinds: ["run", "wait", "http", "approve", "manual", "pipeline"],
};
/** A place that is filled in. */
const hole = (name: string): string => `\${{ ${name} }}`;

const planOf = (given: unknown, over: Partial<Planning> = {}) =>
  plan(pipelineSchema.parse(given), { ...planning, ...over });

describe("a plan", () => {
  test("has each step behind its needs, with matrix and inputs filled in", () => {
    const { plan: made } = planOf(
      {
        inputs: { version: null, to: "prod" },
        steps: {
          deploy: { run: `deploy ${hole("inputs.version")} ${hole("inputs.to")}`, needs: "test" },
          test: {
            run: ["npm", "test", `--node=${hole("matrix.node")}`],
            needs: ["build"],
            matrix: { node: [22, 24] },
          },
          build: { run: "npm run build", retry: 2, timeout: "10m" },
        },
      },
      { inputs: { version: "v1.4.2" } },
    );
    expect(made?.steps.map(({ key, needs }) => [key, needs])).toEqual([
      ["build", []],
      ["test.22", ["build"]],
      ["test.24", ["build"]],
      ["deploy", ["test.22", "test.24"]],
    ]);
    expect(made?.steps[2]).toMatchObject({
      spec: { argv: ["npm", "test", "--node=24"] },
      matrix: { node: "24" },
    });
    expect(made?.steps[3]).toMatchObject({ spec: { argv: ["deploy", "v1.4.2", "prod"] } });
    expect(made?.steps[0]).toMatchObject({ retry: { times: 2, backoffMs: 1000 }, timeoutMs: 600_000 });
  });

  test("has a group for migrations, and schedules with their defaults", () => {
    const { steps, schedule } = pipelineSchema.parse({
      schedule: ["*/15 8-18 1,15 jan-mar mon-fri", { name: "late", cron: "0 3 * * 7", overlap: "queue" }],
      steps: { a: { migrate: "x" }, b: { migrate: { command: "x", done: "y" }, group: "shop", retry: 2 } },
    });
    expect([steps["a"]?.group, steps["b"]?.group]).toEqual(["migrations", "shop"]);
    expect(schedule).toMatchObject([
      { name: "schedule", timeZone: "UTC", missed: "skip", overlap: "skip", inputs: {} },
      { name: "late", overlap: "queue" },
    ]);
  });

  test("of the same name for two combinations keeps them apart", () => {
    const { plan: made } = planOf({ steps: { a: { run: "x", matrix: { m: ["a/b", "a:b"] } } } });
    expect(made?.steps.map(({ key }) => key)).toEqual(["a.a-b", "a.a-b.2"]);
  });

  test("of a chain of thousands is made without recursion", () => {
    const names = Array.from({ length: 4000 }, (_, at) => `s${at}`);
    const steps = Object.fromEntries(
      names.map((name, at) => [name, { wait: 0, needs: names.slice(at + 1, at + 2) }]),
    );
    expect(planOf({ steps }).plan?.steps.at(0)?.key).toBe("s3999");
  });

  test("is drawn", () => {
    const { plan: made } = planOf({
      steps: { build: { run: "x" }, ok: { approve: "Ship it?", needs: "build" } },
    });
    expect(made === null ? "" : mermaid(made, (key) => (key === "build" ? "succeeded" : null))).toBe(
      [
        "flowchart LR",
        '  s0["build"]',
        '  s1{{"ok: approve"}}',
        "  s0 --> s1",
        "  style s0 fill:#dcfce7,stroke:#16a34a",
      ].join("\n"),
    );
  });
});

describe("is refused", () => {
  const x = { run: "x" };
  test.each([
    [
      "a cycle, with its path",
      { a: { ...x, needs: "b" }, b: { ...x, needs: "c" }, c: { ...x, needs: "b" } },
      "b -> c -> b",
    ],
    ["a step that needs itself", { a: { ...x, needs: "a" } }, "a -> a"],
    ["an unknown need", { build: x, b: { ...x, needs: "biuld" } }, 'there is no step "biuld"'],
    [
      "a kind without an executor",
      { a: { deploy: "shop" } },
      'cannot carry out "deploy" steps; it can: run, wait',
    ],
    ["a condition that cannot be read", { a: { ...x, if: "when()" } }, "there is no when()"],
    [
      "an output of a step that is not before",
      { a: x, b: { ...x, if: "outputs.a.k" } },
      "of no single step that it needs",
    ],
    [
      "an output of many",
      { a: { ...x, matrix: { m: [1, 2] } }, b: { ...x, needs: "a", if: "outputs.a.k" } },
      "single step",
    ],
    [
      "the status of a step that is not before",
      { a: x, b: { ...x, if: "steps.a.status == 'failed'" } },
      "steps.a is of no single step that it needs",
    ],
    [
      "a secret in the open",
      { a: { run: { command: "x", env: { DB_PASSWORD: "hunter2" } } } },
      '"DB_PASSWORD" looks like a secret, and the log keeps what stands here; set DB_PASSWORD where vice runs and write secrets: [DB_PASSWORD]',
    ],
    [
      "a secret in a header",
      { a: { http: { url: "https://example.com", headers: { authorization: "Bearer abc" } } } },
      "write secrets: [AUTHORIZATION] and name it in the header as env.AUTHORIZATION",
    ],
    ["an unknown input", { a: { run: `x ${hole("inputs.nope")}` } }, "there is no inputs.nope"],
    [
      "too many steps",
      { a: { ...x, matrix: { m: Array(80).fill(1), n: Array(80).fill(1) } } },
      "more than 5000",
    ],
  ])("%s", (_what, steps, problem) => {
    const { problems } = planOf({ steps });
    expect(problems.map((one) => one.problem).join("\n")).toContain(problem);
  });

  test("a secret for all steps, an output of no step, a schedule that cannot begin", () => {
    const { problems } = planOf({
      inputs: { version: null, to: "dev" },
      env: { API_TOKEN: "abc", NODE_ENV: "production", MAX_TOKEN: "500" },
      outputs: { url: hole("outputs.b.url"), fine: hole("outputs.a.url") },
      schedule: [{ cron: "0 3 * * *", inputs: { too: "prod" } }],
      steps: { a: { run: { command: "x", env: { TOKEN: hole("outputs.z.t") } } } },
    });
    expect(problems.map(({ path, problem }) => `${path.join(".")}: ${problem}`)).toEqual([
      "inputs.version: must be given: --input version=...",
      expect.stringContaining('env.API_TOKEN: "API_TOKEN" looks like a secret'),
      "steps.a.run: outputs.z is of no single step that it needs",
      "outputs.url: outputs.b is of no single step that it needs",
      'schedule: schedule gives an input "too" that there is not',
      'schedule: schedule must give the input "version"',
    ]);
  });

  test("the names that are known are told, so that the nearest can be", () => {
    const { problems } = planOf({ steps: { build: x, b: { ...x, needs: "biuld" } } });
    expect(problems).toEqual([
      {
        path: ["steps", "b", "needs"],
        problem: 'there is no step "biuld"',
        ...{ word: "biuld", known: ["build", "b"] },
      },
    ]);
  });

  test("inputs that are missing or strange", () => {
    const { problems } = planOf({ inputs: { version: null }, steps: { a: x } }, { inputs: { verison: "1" } });
    expect(problems.map((one) => one.problem)).toEqual([
      'there is no input "verison"',
      "must be given: --input version=...",
    ]);
  });

  test.each([
    [{ steps: { a: { run: "x", wait: "1s" } } }, "is run and wait at once"],
    [{ steps: { a: { needs: [] } } }, "this one has no kind"],
    [{ steps: { a: { wait: "soon" } } }, "is no duration"],
    [{ steps: { a: { run: "a && b" } } }, "means something only to a shell"],
    [{ steps: { a: { run: { command: `x ${hole("inputs.a")}`, shell: true } } } }, "pass it by env"],
    [{ steps: {} }, "at least one step"],
    [{ steps: { "a b": { run: "x" } } }, "a name begins with a letter"],
    [{ steps: { a: { run: "x", nedes: "b" } } }, "nedes"],
    [{ steps: { a: { migrate: "npm run migrate", retry: 1 } } }, "not tried again blindly"],
    [{ steps: { a: { migrate: "npm run migrate", idempotent: true } } }, "not tried again blindly"],
    [{ steps: { a: { package: { paths: "dist", to: "shop.zip" } } } }, "an archive is called"],
    [{ steps: { a: { copy: { from: [], to: "out" } } } }, "at least one path"],
    [{ steps: { a: { copy: { from: "a", too: "out" } } } }, "too"],
    [{ schedule: "0 25 * * *", steps: { a: { run: "x" } } }, "is no schedule"],
    [{ schedule: "@daily", steps: { a: { run: "x" } } }, "is no schedule"],
    [{ schedule: { cron: "0 3 * * *", timeZone: "Europe/Berln" }, steps: {} }, "is no time zone"],
    [
      {
        schedule: [
          { cron: "0 3 * * *", name: "a" },
          { cron: "0 4 * * *", name: "a" },
        ],
        steps: {},
      },
      "one name",
    ],
  ])("%j", (given, problem) => {
    const { error } = pipelineSchema.safeParse(given);
    expect(JSON.stringify(error?.issues)).toContain(problem);
  });
});
