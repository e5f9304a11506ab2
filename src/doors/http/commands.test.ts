/** Tests commands over HTTP: input, errors, idempotency keys, long runs, CSV and the description of it all. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { startDoor, type TestDoor } from "../../../test/http-door.ts";
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { FIXED_ROUTES } from "./fixed-routes.ts";

let counted = 0;
const PART = { name: "a", state: "runs", startedMs: 0, endedMs: null, last: "" } as const;
let finish: () => void = () => undefined;

function command<Input extends z.ZodType>(
  over: Partial<Command<Services, Input>> & Pick<Command<Services, Input>, "id" | "input" | "run">,
): Command<Services> {
  const made: Command<Services, Input> = {
    words: null,
    part: "vice",
    summary: "For tests.",
    examples: [],
    effect: "write",
    positional: [],
    output: z.unknown(),
    text: String,
    ...over,
  };
  return made as Command<Services>;
}

const rowSchema = z.strictObject({
  id: z.string(),
  n: z.number(),
  who: z.strictObject({ name: z.string() }).nullable(),
});

const commands: Command<Services>[] = [
  command({
    id: "test.count",
    input: z.object({ by: z.number(), pad: z.int().default(0) }),
    run: ({ by, pad }) => {
      counted += by;
      return { count: counted, secret: `vice_${"s".repeat(40)}`, pad: "x".repeat(pad) };
    },
  }),
  command({
    id: "test.slow",
    input: z.object({}),
    run: async (_input, { progress }) => {
      progress(0.5, "half", [PART]);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return { done: true };
    },
  }),
  command({
    id: "test.broken",
    input: z.object({}),
    run: () => {
      throw new Error("something fell over");
    },
  }),
  command({
    id: "test.echo",
    effect: "read",
    input: z.object({
      name: z.string(),
      limit: z.int().default(5),
      deep: z.boolean().optional(),
      ratio: z.number().nullish(),
      kinds: z.array(z.string()).optional(),
      code: z.string().optional(),
    }),
    http: { method: "GET", path: "/v1/test-echo/:name" },
    run: (input) => input,
  }),
  command({
    id: "test.list",
    effect: "read",
    input: z.object({ n: z.int().default(1) }),
    output: z.strictObject({ items: z.array(rowSchema), next: z.string().nullable() }),
    list: "items",
    http: { method: "GET", path: "/v1/test-list" },
    run: ({ n }) => ({
      items: Array.from({ length: n }, (_, at) => ({
        id: `=cmd("${at}")`,
        n: -at,
        who: at === 0 ? null : { name: "a,b" },
      })),
      next: "more",
    }),
  }),
];

let door: TestDoor;
beforeAll(async () => {
  door = await startDoor({ commands, door: { commandPatienceMs: 60 } });
});
afterAll(() => door.close());

describe("input", () => {
  test("comes from path and query, with numbers, booleans and lists where the schema has them", async () => {
    const reply = await door.ask(
      "/v1/test-echo/a%20b?limit=7&deep=true&ratio=-1.5&kinds=a,b&code=007&name=other",
    );
    expect(reply.json()).toEqual({
      name: "a b",
      limit: 7,
      deep: true,
      ratio: -1.5,
      kinds: ["a", "b"],
      code: "007",
    });
    const list = await door.ask("/v1/test-echo/x?kinds=a&kinds=b&deep=0");
    expect(list.json()).toEqual({ name: "x", limit: 5, deep: false, kinds: ["a", "b"] });
  });

  test("that is wrong is named", async () => {
    const reply = await door.ask("/v1/test-echo/x?limit=many");
    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({
      error: { code: "input.invalid", details: { issues: [{ path: "limit" }] } },
    });
  });

  test("of a command is a JSON body; an empty one is none", async () => {
    expect((await door.post("/v1/commands/test.echo", { name: "x" })).json()).toEqual({
      result: { name: "x", limit: 5 },
    });
    expect((await door.ask("/v1/commands/test.echo", { method: "POST" })).status).toBe(400);
    expect((await door.post("/v1/commands/test.list", {})).status).toBe(200);
  });

  test("cannot reach the prototype", async () => {
    const body = '{"name":"x","__proto__":{"limit":9},"constructor":{"prototype":{"y":1}}}';
    const reply = await door.ask("/v1/commands/test.echo", { method: "POST", body });
    expect(reply.json()).toEqual({ result: { name: "x", limit: 5 } });
    expect(Reflect.get({}, "y")).toBeUndefined();
  });
});

describe("errors", () => {
  test("a command that is not there names the nearest", async () => {
    const reply = await door.post("/v1/commands/test.cuont", {});
    expect(reply.status).toBe(404);
    expect(reply.json<{ error: { hint: string } }>().error.hint).toContain('"test.count"');
  });

  test("a bug is a 500 without a stack, and is logged with one", async () => {
    const reply = await door.post("/v1/commands/test.broken", {});
    expect(reply.status).toBe(500);
    expect(reply.json()).toMatchObject({ error: { code: "bug" } });
    expect(reply.text).not.toContain("commands.test.ts");
    expect(door.log.join("")).toContain("commands.test.ts");
  });
});

describe("Idempotency-Key", () => {
  const send = (key: string, by: number, id = "test.count") =>
    door.post(`/v1/commands/${id}`, { by }, { "idempotency-key": key });

  test("the same request again gets the first answer", async () => {
    const before = counted;
    const first = await send("k1", 2);
    const again = await send("k1", 2);
    expect(again.json()).toEqual(first.json());
    expect(counted).toBe(before + 2);
    await send("k2", 2);
    expect(counted).toBe(before + 4);
  });

  test("two at the same time run once", async () => {
    const before = counted;
    const both = await Promise.all([send("k3", 1), send("k3", 1), send("k3", 1)]);
    expect(counted).toBe(before + 1);
    expect(new Set(both.map(({ text }) => text)).size).toBe(1);
  });

  test("another body with the same key is a conflict", async () => {
    await send("k4", 1);
    const other = await send("k4", 2);
    expect(other.status).toBe(409);
    expect(other.json()).toMatchObject({ error: { code: "conflict" } });
  });

  test("what failed may be tried again", async () => {
    expect((await door.post("/v1/commands/test.count", {}, { "idempotency-key": "k5" })).status).toBe(400);
    expect((await send("k5", 1)).status).toBe(200);
  });

  test("the kept answer does not show what was in it", async () => {
    await send("a-key-of-some-length", 1);
    const kept = JSON.stringify(door.services.store.state.list("idempotency"));
    expect(kept.length).toBeGreaterThan(50);
    expect(kept).not.toContain("vice_sss");
    expect(kept).not.toContain("a-key-of-some-length");
  });

  test("readings ignore it and keep nothing", async () => {
    const kept = () => door.services.store.state.list("idempotency").length;
    const before = kept();
    for (const name of ["a", "b"]) {
      const reply = await door.post("/v1/commands/test.echo", { name }, { "idempotency-key": "k-read" });
      expect(reply.json()).toMatchObject({ result: { name } });
    }
    expect(kept()).toBe(before);
  });

  test("an answer larger than 1 MiB is not kept", async () => {
    const before = counted;
    const kept = () => door.services.store.state.list("idempotency").length;
    const keptBefore = kept();
    const large = () =>
      door.post("/v1/commands/test.count", { by: 1, pad: 1024 * 1024 }, { "idempotency-key": "k-large" });
    expect((await large()).status).toBe(200);
    expect((await large()).status).toBe(200);
    expect(counted).toBe(before + 2);
    expect(kept()).toBe(keptBefore);
  });

  test("a key of absurd length is refused", async () => {
    expect((await send("k".repeat(300), 1)).status).toBe(400);
  });
});

test("a command that outlives its request answers 202, and its run tells the rest", async () => {
  const reply = await door.post("/v1/commands/test.slow", {});
  expect(reply.status).toBe(202);
  const { run } = reply.json<{ run: string }>();
  expect(reply.headers["location"]).toBe(`/v1/runs/${run}`);
  expect((await door.ask(`/v1/runs/${run}`)).json()).toMatchObject({
    command: "test.slow",
    state: "running",
    progress: { share: 0.5, what: "half", parts: [PART] },
  });
  finish();
  await expect
    .poll(async () => (await door.ask(`/v1/runs/${run}`)).json())
    .toMatchObject({ state: "succeeded", result: { done: true }, error: null });
  expect((await door.ask("/v1/runs/no-such")).status).toBe(404);
});

test("who looks on at long work gets its run as soon as it prefers", async () => {
  const patient = await startDoor({ commands });
  const began = performance.now();
  const reply = await patient.post("/v1/commands/test.slow", {}, { prefer: "respond-async, wait=0.05" });
  expect(reply.status).toBe(202);
  expect(performance.now() - began).toBeLessThan(2000);
  finish();
  await patient.close();
});

describe("CSV", () => {
  const expected = 'id,n,who.name\r\n"\'=cmd(""0"")",0,\r\n"\'=cmd(""1"")",-1,"a,b"\r\n';
  test.each([
    ["Accept", "/v1/test-list?n=2", { accept: "text/csv" }],
    ["?format", "/v1/test-list?n=2&format=csv", {}],
  ])("asked for by %s", async (_how, path, headers) => {
    const reply = await door.ask(path, { headers });
    expect(reply.headers["content-type"]).toContain("text/csv");
    expect(reply.headers["x-next-cursor"]).toBe("more");
    expect(reply.text).toBe(expected);
  });

  test("has its columns also without rows", async () => {
    expect((await door.ask("/v1/test-list?n=0&format=csv")).text).toBe("id,n,who.name\r\n");
  });
});

describe("the description", () => {
  test("of commands has their schemas", async () => {
    const { items } = (await door.ask("/v1/commands")).json<{ items: Array<Record<string, unknown>> }>();
    const echo = items.find(({ id }) => id === "test.echo");
    expect(echo).toMatchObject({
      effect: "read",
      scope: "read",
      input: { type: "object", required: ["name"] },
    });
    expect(items.length).toBeGreaterThan(commands.length);
  });

  test("of the API names every command and every fixed route, and each of those answers", async () => {
    const openapi = (await door.ask("/openapi.json")).json<{
      openapi: string;
      paths: Record<string, object>;
    }>();
    expect(openapi.openapi).toBe("3.1.0");
    expect(openapi.paths).toHaveProperty(["/v1/commands/test.count", "post"]);
    expect(openapi.paths).toHaveProperty(["/v1/test-echo/{name}", "get", "parameters", 0, "in"], "path");
    for (const { method, path } of FIXED_ROUTES) {
      expect(openapi.paths).toHaveProperty([path.replace(/:(\w+)/g, "{$1}"), method.toLowerCase()]);
      if (path === "/v1/stream") continue;
      const reply = await door.ask(path.replace(/:\w+/g, "x"), { method });
      expect(reply.text, `${method} ${path}`).not.toContain("no route");
      expect(reply.status, `${method} ${path}`).not.toBe(405);
    }
  });
});
