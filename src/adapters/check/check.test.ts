/** Every kind of check against real servers on loopback, by one suite, and what is special about each. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  A,
  addressRecord,
  type Certificate,
  certificate,
  httpsServer,
  lineServer,
  MX,
  mailRecord,
  nameServer,
  TXT,
  textRecord,
  tlsServer,
  webServer,
} from "../../../test/check-worlds.ts";
import { needs } from "../../../test/needs.ts";
import { checkerConformance } from "../../conformance/checker.ts";
import type { CheckAnswer, CheckCall, Checkers } from "../../ports/check.ts";
import { createProcessRunner } from "../process/process-runner.ts";
import { isClosed } from "./reach.ts";
import { createCheckers } from "./table.ts";

const home = mkdtempSync(join(tmpdir(), "vice-check-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const env = { PATH: process.env["PATH"] };
const checkers: Checkers = createCheckers(
  { processes: createProcessRunner({ home, env, graceMs: 200 }) },
  {},
);
const kind = (name: string) => {
  const checker = checkers.get(name);
  if (checker === null) throw new Error(`there is no kind ${name}`);
  return checker;
};
let count = 0;
async function run(type: string, given: object, over: Partial<CheckCall> = {}): Promise<CheckAnswer> {
  const checker = kind(type);
  count += 1;
  const about = { cwd: home, env: {}, secrets: [], version: null, commitSha: null };
  const named = { run: "special", step: String(count), cookies: checkers.cookies() };
  const signal = AbortSignal.timeout(10_000);
  return checker.run({ ...about, ...named, signal, ...over, spec: checker.schema.parse({ type, ...given }) });
}

const SECRET = "correct-horse-battery-staple";
const app: Parameters<typeof webServer>[0] = (request, reply) => {
  const answers: Record<string, () => void> = {
    "/health": () => reply.end('{"status":"ok","items":[{"id":7},{"id":9}],"build":12}'),
    "/version": () => reply.end("v1.4.2\n"),
    "/secret": () => reply.writeHead(500).end(`${"x".repeat(280)} token=${SECRET}`),
    "/moved": () => reply.writeHead(302, { location: "/health" }).end(),
    "/round": () => reply.writeHead(302, { location: "/round" }).end(),
    "/inside": () => reply.writeHead(302, { location: "http://169.254.169.254/latest" }).end(),
    "/login": () => reply.writeHead(200, { "set-cookie": "sid=42; Path=/; HttpOnly" }).end("{}"),
    "/me": () => reply.writeHead(request.headers.cookie === "sid=42" ? 200 : 401).end(),
    "/hangs": () => {},
  };
  (answers[request.url ?? ""] ?? (() => reply.writeHead(404).end("nobody here")))();
};

checkerConformance("http", {
  checker: kind("http"),
  open: async () => {
    const { url, close } = await webServer(app);
    return {
      good: { url: `${url}/health`, expect: { json: { "$.status": "ok" } } },
      bad: [
        [{ url: `${url}/nowhere` }, /the status is 404 \(nobody here\), expected 2xx/],
        [{ url: `${url}/health`, expect: { contains: "broken" } }, /expected "broken" in it/],
        [
          { url: `${url}/health`, expect: { json: { "$.status": "down" } } },
          /\$\.status is ok, expected down/,
        ],
        [{ url: `${url}/health`, expect: { header: { "X-A": "b" } } }, /header X-A is nothing/],
        [{ url: `${url}/round` }, /more than 5 times/],
        [{ url: `${url}/inside` }, /where checks never go/],
        [{ url: "http://127.0.0.1:1/" }, /nothing listens there/],
        [{ url: "ftp://127.0.0.1/" }, /no http or https address/],
      ],
      hangs: { url: `${url}/hangs` },
      tells: [{ url: `${url}/secret` }, SECRET],
      closed: { url: "http://169.254.169.254/latest/meta-data" },
      close,
    };
  },
});

checkerConformance("tcp", {
  checker: kind("tcp"),
  open: async () => {
    const [line, silent] = [await lineServer(`220 mail ${SECRET}\r\n`), await lineServer(null)];
    const host = "127.0.0.1";
    return {
      good: { host, port: line.port, expect: { matches: "^220 " } },
      bad: [
        [{ host, port: 1 }, /nothing listens there/],
        [{ host, port: line.port, send: "HELO\n", expect: { contains: "250" } }, /expected "250" in it/],
        [{ host: "no-such-host.invalid", port: 80 }, /name/],
      ],
      hangs: { host, port: silent.port, expect: { contains: "220" } },
      tells: [{ host, port: line.port, expect: { contains: "250" } }, SECRET],
      closed: { host: "169.254.169.254", port: 80 },
      close: async () => {
        await Promise.all([line.close(), silent.close()]);
      },
    };
  },
});

checkerConformance("dns", {
  checker: kind("dns"),
  open: async () => {
    const names = await nameServer({
      [`${A} shop.test`]: [addressRecord("192.0.2.7"), addressRecord("192.0.2.8")],
      [`${MX} shop.test`]: [mailRecord(10, "mail.shop.test")],
      [`${TXT} shop.test`]: [textRecord(`v=${SECRET}`)],
    });
    const server = `127.0.0.1:${names.port}`;
    const host = "shop.test";
    return {
      good: { host, server, expect: { values: ["192.0.2.8"] } },
      bad: [
        [{ host, server, expect: { values: ["192.0.2.9"] } }, /192\.0\.2\.9 is missing/],
        [{ host, server, expect: { values: ["192.0.2.7"], only: true } }, /192\.0\.2\.8 is too much/],
        [{ host, server, record: "MX", expect: { values: ["20 mail.shop.test"] } }, /is missing/],
        [{ host: "other.test", server }, /there is no such record/],
        [{ host, server, expect: { exists: false } }, /there is such a record/],
        [{ host, server: "not an address" }, /a server is an address/],
      ],
      hangs: { host: "silent.test", server },
      tells: [{ host, server, record: "TXT", expect: { values: ["v=1"] } }, SECRET],
      closed: null,
      close: names.close,
    };
  },
});

checkerConformance("command", {
  checker: kind("command"),
  call: { cwd: home },
  open: async () => ({
    good: { command: "node --version", expect: { matches: "^v\\d" } },
    bad: [
      [
        { command: ["node", "-e", "console.error('no database'); process.exit(3)"] },
        /exit code is 3 \(no database\)/,
      ],
      [{ command: "no-such-command" }, /not found/],
      [{ command: "node --version", expect: { contains: "v0" } }, /expected "v0" in it/],
      [{ command: ["echo", "1..2\nok 1 - a"], format: "tap" }, /1 of 2 tests failed: plan/],
      [{ command: ["echo", "hello"], format: "junit" }, /there is no result of a test in it/],
    ],
    hangs: { command: ["node", "-e", "setInterval(() => {}, 1000)"] },
    tells: [{ command: ["node", "-e", `console.log("${SECRET}"); process.exit(1)`] }, SECRET],
    closed: null,
    close: async () => {},
  }),
});

checkerConformance("deployed", {
  checker: kind("deployed"),
  call: { version: "v1.4.2" },
  open: async () => {
    const { url, close } = await webServer(app);
    return {
      good: { url: `${url}/version` },
      bad: [
        [{ url: `${url}/health` }, /does not say which version/],
        [{ url: `${url}/nowhere` }, /answers 404/],
        [{ command: ["echo", "v1.4.1"] }, /it answers v1\.4\.1, expected v1\.4\.2/],
      ],
      hangs: { url: `${url}/hangs` },
      tells: [{ url: `${url}/secret` }, SECRET],
      closed: { url: "http://[fe80::1]/version" },
      close,
    };
  },
});

const openssl = needs("openssl");
openssl.describe("tls", () => {
  let [fine, short]: [Certificate?, Certificate?] = [];
  beforeAll(() => {
    fine = certificate(["localhost", "shop.example.test"], 90);
    short = certificate(["localhost"], 5);
  });
  afterAll(() => {
    fine?.remove();
    short?.remove();
  });

  checkerConformance("tls", {
    checker: kind("tls"),
    open: async () => {
      if (fine === undefined || short === undefined) throw new Error("there are no certificates");
      const [good, soon, silent] = [await tlsServer(fine), await tlsServer(short), await lineServer(null)];
      const host = "127.0.0.1";
      const names = ["localhost"];
      return {
        good: { host, port: good.port, names: ["localhost", "shop.example.test"], ca: fine.file },
        bad: [
          [{ host, port: good.port, names }, /signed by itself/],
          [{ host, port: good.port, ca: fine.file }, /not for 127\.0\.0\.1/],
          [
            { host, port: good.port, names: ["bank.example.test"], trusted: false },
            /not for bank\.example\.test/,
          ],
          [{ host, port: soon.port, names, ca: short.file }, /expires in [45] days/],
          [{ host, port: good.port, names, ca: "no-such.pem" }, /no-such\.pem/],
          [{ host, port: 1 }, /nothing listens there/],
        ],
        hangs: { host, port: silent.port },
        tells: [
          { host, port: good.port, names: ["localhost", "x.test"], ca: fine.file },
          "shop.example.test",
        ],
        closed: { host: "169.254.169.254" },
        close: async () => {
          await Promise.all([good.close(), soon.close(), silent.close()]);
        },
      };
    },
  });

  test("a page behind a certificate of its own is reached with its ca, or with insecure", async () => {
    if (fine === undefined) throw new Error("there are no certificates");
    const { port, close } = await httpsServer(fine, app);
    const url = `https://localhost:${port}/health`;
    expect(await run("http", { url, ca: fine.file })).toMatchObject({ error: null });
    expect(await run("http", { url, insecure: true })).toMatchObject({ error: null });
    expect((await run("http", { url })).error).toContain("signed by itself");
    await close();
  });
});

describe("http", () => {
  test("asserts on JSON, headers, schema and time; captures from all of them", async () => {
    const { url, close } = await webServer(app);
    const given = {
      url: `${url}/health`,
      expect: {
        status: ["2xx", 304],
        json: {
          ...{
            "$.items": { count: 2 },
            "$.items[*].id": { contains: "9" },
            "$.build": { above: 11, below: 13 },
          },
          ...{ "$.none": { exists: false }, "$.status": { matches: "^o", not: "down" } },
        },
        schema: { type: "object", required: ["status"], properties: { build: { type: "integer" } } },
        within: "5s",
      },
      capture: { id: "$.items[1].id", first: { match: '"id":(\\d)' } },
    };
    expect(await run("http", given)).toEqual({ error: null, captures: { id: "9", first: "7" } });
    const wrong = { ...given.expect, schema: { type: "object", required: ["name"] } };
    expect((await run("http", { ...given, expect: wrong })).error).toContain("schema asks");
    expect((await run("http", { ...given, capture: { x: { header: "x-id" } } })).error).toContain(
      '"x" cannot be captured: there is no header x-id',
    );
    await close();
  });

  test("follows redirects, or takes one as the answer; keeps cookies", async () => {
    const { url, close } = await webServer(app);
    expect(await run("http", { url: `${url}/moved`, expect: { contains: "ok" } })).toMatchObject({
      error: null,
    });
    const stays = {
      url: `${url}/moved`,
      follow: false,
      expect: { status: 302, header: { location: "/health" } },
    };
    expect(await run("http", stays)).toMatchObject({ error: null });
    const cookies = checkers.cookies();
    expect((await run("http", { url: `${url}/me` }, { cookies })).error).toContain("401");
    await run("http", { url: `${url}/login` }, { cookies });
    expect(await run("http", { url: `${url}/me` }, { cookies })).toMatchObject({ error: null });
    await close();
  });

  test("an expression that would take years ends", async () => {
    const { url, close } = await webServer((_, reply) => void reply.end(`${"a".repeat(50)}b`));
    const { error } = await run("http", { url, expect: { matches: "^(a+)+$" } });
    expect(error).toContain("takes too long for this text");
    await close();
  });
});

describe("deployed", () => {
  const sha = "279484c09fbe69ededfced8c1bb6e6d24616b468";
  test.each<[what: string, said: string, expected: Partial<CheckCall>, error: string | null]>([
    ["the v of a tag", '{"version":"1.4.2"}', { version: "v1.4.2" }, null],
    ["a short commit", '{"git":{"commit":{"id":"279484c"}}}', { commitSha: sha }, null],
    [
      "another commit of the same version",
      `{"version":"v1","commit":"${sha.replace("2", "3")}"}`,
      { version: "v1", commitSha: sha },
      "it answers",
    ],
    ["a commit alone", sha, { version: "v1", commitSha: sha }, null],
    ["a version that might be a commit", "20261120", { version: "20261120", commitSha: sha }, null],
    [
      "another one that might be a commit",
      "20261119",
      { version: "20261120", commitSha: sha },
      "it answers 20261119",
    ],
    [
      "a commit that nobody filled in",
      '{"version":"v1","commit":"unknown"}',
      { version: "v1", commitSha: sha },
      null,
    ],
    ["nothing to compare with", '{"version":"v1"}', { commitSha: sha }, "cannot be compared"],
    ["nobody who said it", "v1", {}, "nobody said which version"],
    ["no answer", "", { version: "v1" }, "does not say which version"],
  ])("%s", async (_what, said, expected, error) => {
    const answer = await run("deployed", { command: ["echo", said] }, expected);
    if (error === null) expect(answer.error).toBeNull();
    else expect(answer.error).toContain(error);
  });

  test("its own place in the JSON", async () => {
    const command = ["echo", '{"app":{"rel":"7"}}'];
    expect(await run("deployed", { command, version: "$.app.rel" }, { version: "7" })).toMatchObject({
      error: null,
    });
  });
});

describe("command", () => {
  test("outputs can be captured; values come by env, and secrets of vice do not", async () => {
    const script = "echo id=$A >> $VICE_OUTPUTS; echo $VICE_TOKEN-none";
    const given = { command: script, shell: true, env: { A: "17" }, capture: { id: { output: "id" } } };
    expect(await run("command", { ...given, expect: { contains: "none" } })).toEqual({
      ...{ error: null, captures: { id: "17" } },
    });
  });

  test("a value never becomes part of a line", () => {
    const { schema } = kind("command");
    const taken = (given: object) => schema.safeParse({ type: "command", ...given }).success;
    const hole = "${".concat("{ captures.id }}");
    expect(taken({ command: `curl ${hole}` })).toBe(false);
    expect(taken({ command: `curl ${hole}`, shell: true })).toBe(false);
    expect(taken({ command: ["curl", hole] })).toBe(true);
    expect(taken({ command: "a | b" })).toBe(false);
    expect(taken({ command: "a | b", shell: true })).toBe(true);
  });
});

test.each([
  "169.254.169.254",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "64:ff9b::a9fe:a9fe",
  "2002:a9fe:a9fe::1",
  "fe80::1",
  "fd00:ec2::254",
])("%s is closed", (address) => {
  expect(isClosed(address)).toBe(true);
});

test.each(["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd12::1", "8.8.8.8"])("%s is open", (address) => {
  expect(isClosed(address)).toBe(false);
});

test("the variables of vice itself are not for checks", () => {
  const { secret } = createCheckers(
    { processes: createProcessRunner({ home, env: {} }) },
    { VICE_TOKEN: "x", A: "y" },
  );
  expect([secret("VICE_TOKEN"), secret("A"), secret("B")]).toEqual([null, "y", null]);
});
