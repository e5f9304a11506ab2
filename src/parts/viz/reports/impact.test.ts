// A KPI that halves with the third deployment names it, from pushed points and from a Prometheus; noise names none.
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Command, Principal } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { experimentCommands } from "../experiment/experiment-commands.ts";
import { report } from "../report.ts";

const MINUTE = 60_000;
const START = NOON - 200 * MINUTE;
const PROMETHEUS = { queries: { orders: "sum(orders)" }, scope: "admin" as const };
let house: WiredHouse;
let server: Server;
let asked: string[] = [];
/** What the Prometheus answers. */
let answer: unknown;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", () => ready()));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  house = await openWired({
    prometheus: { url: `http://127.0.0.1:${port}`, token: "secret", ...PROMETHEUS },
  });
  for (const at of [40, 80, 120, 160])
    await house.services.log.append(
      deployment(String(at), { version: `v${at / 40}` }, "succeeded", START + at * MINUTE),
    );
});
afterEach(async () => {
  await house.close();
  await new Promise((closed) => server.close(closed));
});

/** A little noise, the same each time. */
const noise = (at: number): number => ((at * 7919) % 13) - 6;
const halves = (at: number): number => (at < 120 ? 100 : 50) + noise(at);

interface Answer {
  title: string;
  likelyCause: Array<{ version: string }>;
  items: Array<{ change: number }>;
}
const impact = async (subject: string): Promise<Answer> =>
  (await house.run(report as Command<Services>, { project: "impact", subject })) as Answer;

async function push(name: string, value: (at: number) => number): Promise<void> {
  const points = Array.from({ length: 200 }, (_, at): [number, number] => [START + at * MINUTE, value(at)]);
  const data = { series: [{ name, labels: {}, points }] };
  const event = { type: "vice.series.pushed.v1" as const, source: "/test", subject: null, data, actor: null };
  const time = new Date(NOON).toISOString();
  await house.services.log.append({
    delivery: null,
    events: [{ ...event, time, traceparent: null, delivery: null }],
  });
}

test("the deployment with which a pushed KPI halves is named; noise names none; an unknown name tells the nearest", async () => {
  await push("orders", halves);
  await push("visits", (at) => 100 + noise(at));
  const found = await impact("orders");
  expect(found.likelyCause.map(({ version }) => version)).toEqual(["v3"]);
  expect(found.title).toBe("orders went down by 50 % with shop v3 to prod-eu");
  expect((await impact("visits")).title).toBe("No deployment clearly shifted visits");
  await expect(impact("order")).rejects.toMatchObject({
    code: "not-found",
    hint: expect.stringContaining("orders"),
  });
});

test("a query of Prometheus is asked for the span with its token; its refusal is told", async () => {
  const values = Array.from({ length: 200 }, (_, at) => [(START + at * MINUTE) / 1000, String(halves(at))]);
  answer = {
    status: "success",
    data: { resultType: "matrix", result: [{ metric: { __name__: "orders", job: "shop" }, values }] },
  };
  const found = await impact("prom:sum(orders)");
  expect(found.likelyCause.map(({ version }) => version)).toEqual(["v3"]);
  expect(found.title).toContain('orders{job="shop"} went down');
  expect(asked[0]).toMatch(
    /^\/api\/v1\/query_range\?query=sum%28orders%29&start=.*&step=\d+.* Bearer secret$/,
  );
  answer = { status: "error", error: "parse error" };
  await expect(impact("prom:sum(")).rejects.toMatchObject({
    message: "Prometheus refuses the query: parse error.",
  });
});

test("the server's token asks for readers what the configuration names, and nothing else", async () => {
  const values = Array.from({ length: 20 }, (_, at) => [(START + at * MINUTE) / 1000, "1"]);
  answer = { status: "success", data: { resultType: "matrix", result: [{ metric: {}, values }] } };
  const principal: Principal = { id: "t", name: "t", scopes: ["read"] };
  const ask = (subject: string) =>
    house.run(report as Command<Services>, { project: "impact", subject }, { principal });
  await expect(ask("prom:sum(salaries)")).rejects.toMatchObject({
    code: "auth.forbidden",
    hint: expect.stringContaining("prom:orders"),
  });
  expect(asked).toEqual([]);
  await ask("prom:orders");
  expect(asked[0]).toContain("query=sum%28orders%29&");
  const data = { name: "x", hypothesis: "y", metric: "prom:sum(salaries)", expect: "up" };
  const writer: Principal = { ...principal, scopes: ["write"] };
  const start = experimentCommands.find(({ id }) => id === "viz.experiment-start") as Command<Services>;
  await expect(house.run(start, data, { principal: writer })).rejects.toMatchObject({
    code: "auth.forbidden",
  });
});
