/** Starts two servers on one home: the second says who holds it and ends with 75; after a kill -9 the home is free at once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startServer, vice } from "./server.ts";

const home = mkdtempSync(join(tmpdir(), "vice-two-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("the second server on a home says why not, the first goes on", async () => {
  const first = await startServer(home);
  const second = await vice(home, ["serve", "--port", "0", "--json"]);
  expect(second.code).toBe(75);
  expect(second.stdout).toBe("");
  expect(second.stderr).toContain(String(first.pid));
  expect(second.stderr).toContain(home);
  expect(second.stderr).not.toMatch(/\n\s+at /);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);

  await first.end("SIGKILL");
  const third = await startServer(home);
  expect((await fetch(`${third.url}/readyz`)).status).toBe(200);
  expect(await third.end("SIGTERM")).toEqual({ code: 0, signal: null });
});
