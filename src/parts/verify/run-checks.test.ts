/** Checks as they run: chains with cookies and captures, patience, values and secrets. */
import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CheckHouse, openCheckHouse, place, saidBy } from "../../../test/check-house.ts";
import { webServer } from "../../../test/check-worlds.ts";

let it: CheckHouse;
beforeEach(async () => {
  it = await openCheckHouse();
});
afterEach(() => it.close());
const set = (given: Record<string, () => number | string>): void => {
  it.answers.clear();
  for (const [path, answer] of Object.entries(given)) it.answers.set(path, answer);
};

describe("a chain", () => {
  test("hands on what was captured and its cookies, and to no other chain", async () => {
    set({ "/login": () => '{"id":7}', "/item/7": () => "seven" });
    const report = await it.run([
      {
        name: "buy",
        chain: [
          it.at("/login", { capture: { id: "$.id" } }),
          { type: "http", url: `${it.url}/item/${place("captures.id")}` },
        ],
      },
      it.at("/item/7"),
    ]);
    expect(saidBy(report)).toEqual([
      `buy: /login passed`,
      `buy: ${it.url}/item/{id} passed`,
      "/item/7 passed",
    ]);
    expect(it.asked.toSorted()).toEqual(["GET /item/7", "GET /item/7 sid=1", "GET /login"]);
  });

  test("leaves what comes after a gate that failed, and goes on after a warning", async () => {
    const chain = [it.at("/none", { severity: "warn" }), it.at("/"), it.at("/gone"), it.at("/never")];
    const report = await it.run([{ chain }]);
    expect(report.passed).toBe(false);
    expect(report.results.map(({ status }) => status)).toEqual(["warned", "passed", "failed", "skipped"]);
    expect(report.results[3]?.error).toBe('"/gone" failed before it');
    expect(it.asked).not.toContain("GET /never");
  });

  test("says what it could not know", async () => {
    const capture = { id: "$.id" };
    const url = `${it.url}/${place("captures.id")}`;
    const report = await it.run([
      { chain: [it.at("/", { capture, severity: "warn" }), { type: "http", name: "next", url }] },
    ]);
    expect(saidBy(report)[1]).toBe(
      `next failed: ${place("captures.id")} is not known: the check that captures it gave none`,
    );
  });
});

describe("patience", () => {
  test("it is tried until it passes, and so often in a row as is it.asked", async () => {
    let count = 0;
    set({ "/": () => (++count === 3 || count > 4 ? "fine" : 503) });
    const { results } = await it.run([it.at("/", { settle: "10s", every: "5ms", stable: 2 })]);
    expect(results).toMatchObject([{ status: "passed", attempts: 6 }]);
  });

  test("when its time is over it has failed with what it saw last", async () => {
    set({ "/": () => 503 });
    const { passed, results } = await it.run([it.at("/", { settle: "100ms", every: "20ms" })]);
    expect(passed).toBe(false);
    expect(results[0]?.attempts).toBeGreaterThan(1);
    expect(results[0]?.error).toContain("the status is 503");
  });

  test("one that does not answer is given up", async () => {
    const slow = await webServer(() => {});
    const { results } = await it.run([{ type: "http", url: slow.url, timeout: "50ms" }]);
    expect(results[0]?.error).toBe("it did not answer within 50 ms");
    await slow.close();
  });

  test("what is stopped proves nothing, and is not waited for", async () => {
    set({ "/": () => 503 });
    const stop = new AbortController();
    const begun = performance.now();
    const whole = it.run([{ chain: [it.at("/", { settle: "1h" }), it.at("/next")] }], {
      signal: stop.signal,
    });
    await pause(50);
    stop.abort("stop");
    const report = await whole;
    expect(report.passed).toBe(false);
    expect(saidBy(report)).toEqual([
      "/ skipped: it was stopped",
      "/next skipped: it was stopped before it began",
    ]);
    // It says nothing about what runs there: no rule may take it for a red check.
    expect(it.activities()).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  test("what does not depend on each other is looked at side by side", async () => {
    const sleeping = { type: "command", command: ["sleep", "0.4"] };
    const begun = performance.now();
    const { passed } = await it.run(Array.from({ length: 4 }, (_, n) => ({ ...sleeping, name: `s${n}` })));
    expect(passed).toBe(true);
    expect(performance.now() - begun).toBeLessThan(1200);
  });
});

describe("values and secrets", () => {
  test("are filled in, and never told", async () => {
    set({ "/": () => 500 });
    const secret = "correct-horse-battery";
    const command = ["sh", "-c", 'echo "it is $TOKEN"; exit 1'];
    const { results } = await it.run(
      [
        { type: "command", name: "c", command, secrets: ["TOKEN"] },
        it.at("/", { headers: { a: place("env.TOKEN") } }),
      ],
      { env: { TOKEN: secret }, secrets: [secret] },
    );
    expect(results[0]?.error).toContain("it is ***");
    expect(JSON.stringify([results, it.activities()])).not.toContain("battery");
  });

  test("one that nobody set, or that is nowhere, is told by its name", async () => {
    const url = `${it.url}/${place("env.REGION")}`;
    const report = await it.run([it.at("/", { secrets: ["NO_SUCH"] }), { type: "http", name: "r", url }]);
    expect(saidBy(report)).toEqual([
      "/ failed: the variable NO_SUCH is not set where vice runs",
      expect.stringContaining(`${place("env.REGION")} is not known`),
    ]);
    expect(it.asked).toEqual([]);
  });

  test("files of commands are gone afterwards", async () => {
    await it.run([{ type: "command", command: "node --version" }]);
    expect(readdirSync(`${it.house.home}/runs`)).toEqual([]);
  });
});
