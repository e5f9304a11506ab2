// Recorded webhooks of four tools, made to speak of one piece of work, the change closed before all else: one trace.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Trace } from "../../src/domain/trace/span.ts";
import { fixturePath } from "../fixtures-dir.ts";
import { needs } from "../needs.ts";
import { type Server, startServer, vice } from "../reliability/server.ts";
import { json } from "./house-api.ts";

type Json = Record<string, unknown>;
const MERGE = "c4295bd74fb0f4fda03689c3df3f2803b658fd85";
const day = (time: string): string => `2026-11-18T${time}:00Z`;

/** A recorded body; ValueStream's wrap it. */
function recorded(...path: string[]): Json {
  const body = JSON.parse(readFileSync(fixturePath(...path), "utf8")) as Json;
  return (body["payload"] as Json | undefined) ?? body;
}
const within = (body: Json, key: string): Json => body[key] as Json;

interface Hook {
  source: string;
  event?: string;
  body: Json;
}

function pullRequest(): Hook {
  const body = recorded("github", "pull_request.closed.json");
  const pull = within(body, "pull_request");
  const times = {
    created_at: day("09:10"),
    updated_at: day("10:00"),
    closed_at: day("10:00"),
    merged_at: day("10:00"),
  };
  Object.assign(pull, times, { merged: true, merge_commit_sha: MERGE });
  Object.assign(within(pull, "head"), { ref: "tp-3-readme" });
  return { source: "github", event: "pull_request", body };
}

function ticket(file: string, time: string): Hook {
  const body = recorded("jira", file);
  Object.assign(body, { timestamp: Date.parse(day(time)) });
  Object.assign(within(within(body, "issue"), "fields"), {
    created: day("09:00"),
    statuscategorychangedate: day(time),
  });
  return { source: "jira", body };
}

function build(result: string): Hook {
  const body = recorded("jenkins", "statistics-gatherer.build.inprogress.json");
  const scmInfo = { ...within(body, "scmInfo"), commit: MERGE, branch: "origin/main" };
  const start = { startTime: Date.parse(day("10:05")) / 1000 };
  const end = { result: "SUCCESS", duration: 240_000, endTime: Date.parse(day("10:09")) / 1000 };
  return { source: "jenkins", body: { ...body, ...start, scmInfo, ...(result === "SUCCESS" ? end : {}) } };
}

function release(file: string, time: string): Hook {
  const body = recorded("heroku", file);
  const data = within(body, "data");
  Object.assign(body, { created_at: day(time), published_at: day(time), updated_at: day(time) });
  Object.assign(data, {
    created_at: day("10:20"),
    updated_at: day(time),
    slug: { id: "e7cb552a", commit: MERGE },
  });
  return { source: "heroku", body };
}

/** The change closed first, then what came before and after it, in no sensible order. */
const HOOKS = (): Hook[] => [
  pullRequest(),
  release("release.update.json", "10:21"),
  build("SUCCESS"),
  ticket("issues.kanban.done.json", "10:30"),
  build("INPROGRESS"),
  ticket("issues.kanban.in_progress.json", "09:05"),
  release("release.create.json", "10:20"),
];

needs("webhook-fixtures").describe("issue, change, build and deployment", () => {
  const home = mkdtempSync(join(tmpdir(), "vice-one-trace-"));
  let server: Server;
  const answers = new Map<string, string>();

  beforeAll(async () => {
    server = await startServer(home, {});
    for (const { source, event, body } of HOOKS()) {
      const answer = await fetch(`${server.url}/hooks/${source}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(event === undefined ? {} : { "x-github-event": event }),
        },
        body: JSON.stringify(body),
      });
      const said = (await answer.json()) as { outcome: string; activities: string[] };
      expect([source, answer.status, said.outcome]).toEqual([source, 202, "accepted"]);
      answers.set(source, said.activities[0] ?? "");
    }
  });
  afterAll(async () => {
    await server?.end("SIGTERM");
    rmSync(home, { recursive: true, force: true });
  });

  test.each(["jira", "github", "jenkins", "heroku"])("are one trace, opened from %s", async (source) => {
    const trace = await json<Trace>(`${server.url}/v1/traces/${answers.get(source)}`);
    expect(trace.spans.map((span) => [span.kind, span.source])).toEqual([
      ["ticket", "jira"],
      ["change", "github"],
      ["build", "jenkins"],
      ["deployment", "heroku"],
    ]);
    const byId = new Map(trace.spans.map(({ id, source: tool }) => [id, tool]));
    expect(trace.spans.map(({ parentId }) => (parentId === null ? null : byId.get(parentId)))).toEqual([
      null,
      "jira",
      "github",
      "jenkins",
    ]);
    // The ticket was closed last, by hand, when all was deployed: it waited for the deployment, and that for the build.
    expect(trace.criticalPath.map((id) => byId.get(id))).toEqual(
      expect.arrayContaining(["github", "jenkins", "heroku"]),
    );
  });

  test("and the terminal draws it", async () => {
    const { stdout } = await vice(home, ["trace", "TP-3"], { COLUMNS: "120" });
    expect(stdout).toContain("4 activities, 4 tools");
    for (const word of ["ticket TP-3", "change #2 Update the README", "build", "deployment"])
      expect(stdout).toContain(word);
  });
});
