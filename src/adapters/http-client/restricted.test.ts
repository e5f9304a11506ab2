// Where calls to vendors may go, and what they may cost; against real servers on this machine.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { isPublicAddress } from "./address-rules.ts";
import type { Resolve } from "./pinned-lookup.ts";
import { createRestrictedHttp, type RestrictedHttpOptions } from "./restricted.ts";

describe("addresses", () => {
  it.each([
    "8.8.8.8",
    "1.1.1.1",
    "172.15.0.1",
    "172.32.0.1",
    "100.63.0.1",
    "100.128.0.1",
    "192.167.1.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
  ])("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));
  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.168.0.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.0.0.1",
    "0:0:0:0:0:ffff:a9fe:a9fe",
    "::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "2001::1",
    "2002:7f00:1::",
    "100::1",
    "3fff::1",
    "",
    "localhost",
    "1.2.3",
    "0x7f.0.0.1",
    "999.1.1.1",
  ])("%j is not", (address) => expect(isPublicAddress(address)).toBe(false));
});

type Handle = (request: IncomingMessage, response: ServerResponse) => void;
const closers: Array<() => void> = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(handle: Handle): Promise<number> {
  const server = createServer(handle);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const client = (more: Partial<RestrictedHttpOptions> = {}) =>
  createRestrictedHttp({ allowPrivateHosts: [], ownHost: "127.0.0.1", ...more });
const json: Handle = (request, response) => {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ path: request.url, token: request.headers["private-token"] }));
};
const problem = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    (answer) => `no error: ${JSON.stringify(answer)}`,
    (error: Error & { hint: string }) => `${error.message} ${error.hint}`,
  );

describe("calls", () => {
  it("reads JSON with status and headers, and sends what was given", async () => {
    const port = await serve(json);
    const answer = await client().getJson(`http://127.0.0.1:${port}/a?b=1`, { "private-token": "s3cret" });
    expect(answer).toMatchObject({
      status: 200,
      headers: { "content-type": "application/json" },
      body: { path: "/a?b=1", token: "s3cret" },
    });
  });
  it.each([
    "127.0.0.1",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0x7f.1",
    "2130706433",
    "127.1",
  ])("does not go to %s unless it is named", async (host) => {
    let calls = 0;
    const port = await serve((_, response) => {
      calls += 1;
      response.end("{}");
    });
    const said = await problem(
      client({ ownHost: "gitlab.example.com" }).getJson(`http://${host}:${port}/x?secret=1`, {
        "private-token": "s3cret",
      }),
    );
    expect(said).toMatch(/not a public address.*allowPrivateHosts/);
    expect(said).not.toMatch(/secret/);
    expect(calls).toBe(0);
  });
  it("does something there and reads the answer, redirects and errors as they are", async () => {
    const port = await serve((request, response) => {
      const to = request.url === "/away" ? { location: "http://other.example.com/" } : {};
      response.writeHead(request.url === "/away" ? 302 : 409, { "x-more": "yes", ...to });
      response.end(`${request.method} ${request.url}`);
    });
    const signal = new AbortController().signal;
    const post = { method: "POST", headers: {}, body: { a: 1 }, signal };
    const base = `http://127.0.0.1:${port}`;
    expect(await client().call(`${base}/x`, post)).toMatchObject({
      ...{ status: 409, headers: { "x-more": "yes" }, text: "POST /x", isCut: false },
    });
    expect(await client().call(`${base}/away`, post)).toMatchObject({
      ...{ status: 302, headers: { location: "http://other.example.com/" } },
    });
    expect(await client().call(`${base}/x`, { ...post, maxBytes: 4 })).toMatchObject({
      ...{ text: "POST", isCut: true },
    });
  });
  it("knows when nothing was sent, and when nobody can know", async () => {
    const port = await serve((request) => request.socket.destroy());
    const signal = new AbortController().signal;
    const post = { method: "POST", headers: {}, body: null, signal };
    const details = (url: string): Promise<unknown> =>
      client()
        .call(url, post)
        .catch((error: { details: unknown }) => error.details);
    expect(await details("http://127.0.0.1:1/")).toMatchObject({ notSent: true });
    expect(await details("http://10.0.0.1/")).toMatchObject({ notSent: true });
    expect(await details(`http://127.0.0.1:${port}/`)).not.toMatchObject({ notSent: true });
  });
  it("goes to a private host that the configuration names", async () => {
    const port = await serve(json);
    expect(
      await client({ ownHost: null, allowPrivateHosts: ["LOCALHOST"] }).getJson(
        `http://localhost:${port}/`,
        {},
      ),
    ).toMatchObject({ status: 200 });
    expect(
      await client({ ownHost: null, allowPrivateHosts: [`127.0.0.1:${port}`] }).getJson(
        `http://127.0.0.1:${port}/`,
        {},
      ),
    ).toMatchObject({ status: 200 });
  });
  it("refuses a name when any of its addresses is private, and connects to the one that it checked", async () => {
    const port = await serve(json);
    let asked = 0;
    const answers = [
      [{ address: "127.0.0.1", family: 4 }],
      [
        { address: "8.8.8.8", family: 4 },
        { address: "10.0.0.1", family: 4 },
      ],
    ];
    const resolver: Resolve = (_host, _options, done) => done(null, answers[asked++ % 2] ?? []);
    const named = client({ ownHost: "rebind.example.com", resolver });
    expect(await named.getJson(`http://rebind.example.com:${port}/`, {})).toMatchObject({ status: 200 });
    expect(asked).toBe(1);
    expect(
      await problem(client({ ownHost: null, resolver }).getJson(`http://rebind.example.com:${port}/`, {})),
    ).toContain("10.0.0.1");
    expect(
      await problem(client({ ownHost: null, resolver }).getJson(`http://rebind.example.com:${port}/`, {})),
    ).toContain("127.0.0.1");
  });
  it("follows redirects on the same host only", async () => {
    let other = 0;
    const away = await serve((_, response) => {
      other += 1;
      response.end("{}");
    });
    const port = await serve((request, response) => {
      if (request.url === "/new") return json(request, response);
      const to = { "/old": "/new", "/away": `http://127.0.0.1:${away}/`, "/round": "/round" }[
        request.url ?? ""
      ];
      response.writeHead(302, { location: to }).end();
    });
    const base = `http://127.0.0.1:${port}`;
    expect(await client().getJson(`${base}/old`, {})).toMatchObject({ status: 200, body: { path: "/new" } });
    expect(await problem(client().getJson(`${base}/away`, {}))).toContain("not followed");
    expect(await problem(client().getJson(`${base}/round`, {}))).toContain("not followed");
    expect(other).toBe(0);
  });
  it("ends what is too large, too slow, or no JSON", async () => {
    const large = await serve((_, response) => response.end(`"${"x".repeat(2000)}"`));
    expect(await problem(client({ maxBytes: 1000 }).getJson(`http://127.0.0.1:${large}/`, {}))).toContain(
      "larger than 1000 bytes",
    );
    const silent = await serve(() => {});
    expect(await problem(client({ timeoutMs: 100 }).getJson(`http://127.0.0.1:${silent}/`, {}))).toContain(
      "did not answer in time",
    );
    const dripping = await serve((_, response) => response.write("{"));
    expect(await problem(client({ timeoutMs: 100 }).getJson(`http://127.0.0.1:${dripping}/`, {}))).toContain(
      "did not answer in time",
    );
    const text = await serve((_, response) => response.writeHead(502).end("<html>"));
    expect(await client().getJson(`http://127.0.0.1:${text}/`, {})).toMatchObject({
      status: 502,
      body: null,
    });
  });
  it.each(["file:///etc/passwd", "ftp://example.com/", "not an address"])("does not take %s", async (url) => {
    expect(await problem(client().getJson(url, {}))).toContain("http or https");
  });
});
