/** Kills an import of two years with -9, again and again: started again it ends with what an import that nobody killed has. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openStore } from "../data-services.ts";
import type { FakeApi } from "../fake-api.ts";
import { githubApi } from "../fake-github.ts";
import { BEGIN, EXPECTED, githubHeld } from "../two-years.ts";
import { VICE, vice } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KILLS = 4;
const ARGS = ["data", "import", "github", "--since", BEGIN];

function homeOf(name: string, api: FakeApi): string {
  const home = mkdtempSync(join(folder, name));
  const poll = { url: api.url, token: "secret", only: ["example-shop/shop"] };
  writeFileSync(join(home, "vice.server.yaml"), JSON.stringify({ sources: { github: { poll } } }));
  return home;
}

/** What the store says: every activity with how it stands, and which commits are not there. */
function contentOf(home: string) {
  const store = openStore(join(home, "vice.db"), "read");
  try {
    const rows: string[] = [];
    for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
      const page = store.read.activities({}, 500, cursor, Date.now());
      for (const { id, kind, status, startedAt, finishedAt, tags } of page.items)
        rows.push(JSON.stringify([id, kind, status, startedAt, finishedAt, tags]));
      cursor = page.next;
    }
    const shas = Array.from({ length: EXPECTED["github"]?.["commit"] ?? 0 }, (_, n) =>
      (n + 1).toString(16).padStart(40, "0"),
    );
    return { rows: rows.sort(), missing: store.commits.unknown(shas) };
  } finally {
    store.close();
  }
}

/** Ends when it is killed. @returns whether the kill hit it while it worked */
async function killedAfter(home: string, api: FakeApi, requests: number): Promise<boolean> {
  const env = { PATH: process.env.PATH ?? "", HOME: home, VICE_HOME: home };
  const child: ChildProcess = spawn(process.execPath, [VICE, ...ARGS], { cwd: home, env, stdio: "ignore" });
  const ended = new Promise<NodeJS.Signals | null>((done) =>
    child.once("close", (_, signal) => done(signal)),
  );
  const from = api.requests.length;
  const watch = setInterval(() => {
    if (api.requests.length - from >= requests) child.kill("SIGKILL");
  }, 1);
  const signal = await ended;
  clearInterval(watch);
  return signal === "SIGKILL";
}

test(`nothing twice and nothing missed after ${KILLS} kills`, async () => {
  await using api = await githubApi(githubHeld());
  const calm = homeOf("calm", api);
  const whole = await vice(calm, ARGS);
  expect(whole).toMatchObject({ code: 0 });
  const needed = api.requests.length;
  const killed = homeOf("killed", api);
  const hits: boolean[] = [];
  // Enough to get on each time, never enough to end.
  for (let kill = 0; kill < KILLS; kill += 1)
    hits.push(await killedAfter(killed, api, Math.round((needed / (KILLS + 3)) * (0.7 + (kill % 3) * 0.3))));
  expect(hits).toEqual(Array(KILLS).fill(true));
  const before = api.requests.length;
  expect(await vice(killed, ARGS)).toMatchObject({ code: 0 });
  // It went on where it was, and did not begin again.
  expect(api.requests.length - before).toBeLessThan(needed * 0.9);
  const { missing, rows } = contentOf(killed);
  expect(missing).toEqual([]);
  expect(rows).toEqual(contentOf(calm).rows);
  const { commit: _, ...kinds } = EXPECTED["github"] ?? {};
  expect(rows).toHaveLength(Object.values(kinds).reduce((a, b) => a + b, 0));
}, 120_000);
