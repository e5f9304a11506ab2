// Channels against real receivers on loopback: a web server, and an SMTP server with STARTTLS and passwords.
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { httpReceiver, type Receiver } from "../../../test/http-receiver.ts";
import { needs } from "../../../test/needs.ts";
import { type ChannelConfig, channelSchema } from "../../domain/notify/channel.ts";
import { retryAfterMs } from "../../kit/retry-after.ts";
import type { Handed, Outgoing } from "../../ports/notifier.ts";
import { createRestrictedHttp } from "../http-client/restricted.ts";
import { createNotifiers } from "./create.ts";

const SECRET = `whsec_${Buffer.from("a key of at least twenty-four bytes").toString("base64")}`;
const quiet = new AbortController().signal;
const place = { service: "shop", team: null, environment: "prod-eu", tier: null, reach: "one" as const };

const notice = (over: Partial<Outgoing> = {}): Outgoing => ({
  ...{ id: "msg_1", kind: "failed", text: "shop v2 failed in prod-eu: exit code 1", place },
  ...{ link: "https://vice.example.com/deployments/1", at: "2026-11-20T12:00:00.000Z" },
  ...over,
});

const said: string[] = [];
async function hand(channel: object, what: Outgoing, env: Record<string, string> = {}): Promise<Handed> {
  const config = { name: "it", ...channelSchema.parse(channel) } as ChannelConfig;
  const outbound = (ownHost: string | null) => createRestrictedHttp({ allowPrivateHosts: [], ownHost });
  const parts = { outbound, env, say: (text: string) => void said.push(text), now: Date.now };
  const handed = await createNotifiers(() => [config], parts)
    .get("it")
    ?.hand(what, quiet);
  if (handed === undefined) throw new Error("no channel");
  return handed;
}

let receiver: Receiver;
beforeEach(async () => {
  receiver = await httpReceiver();
});
afterEach(() => receiver.close());

describe("Grafana", () => {
  const channel = () => ({
    type: "grafana",
    url: `${receiver.url}/sub/`,
    token: "env:GRAFANA",
    tags: ["prod eu"],
  });

  test("gets a mark from the beginning to the end, with tags to ask for", async () => {
    const what = notice({ since: "2026-11-20T11:58:30.000Z", text: 'shop <b> failed: "x" & y' });
    expect(await hand({ ...channel(), dashboard: "abc" }, what, { GRAFANA: "glsa_1" })).toEqual({
      delivered: true,
    });
    const [{ method, path, headers, body }] = receiver.received as [Receiver["received"][number]];
    expect([method, path]).toEqual(["POST", "/sub/api/annotations"]);
    expect(headers).toMatchObject({ authorization: "Bearer glsa_1", "content-type": "application/json" });
    expect(JSON.parse(body)).toEqual({
      dashboardUID: "abc",
      time: Date.parse("2026-11-20T11:58:30.000Z"),
      timeEnd: Date.parse("2026-11-20T12:00:00.000Z"),
      tags: ["vice", "failed", "service:shop", "environment:prod-eu", "prod eu"],
      text: 'shop &lt;b&gt; failed: &quot;x&quot; &amp; y <a href="https://vice.example.com/deployments/1">Look at it</a>',
    });
  });

  test("one moment has no end, and nothing that is not known is a tag", async () => {
    const nowhere = { ...place, service: null, environment: null, reach: "all" as const };
    const what = notice({ kind: "andon", link: null, text: "The line is stopped", place: nowhere });
    await hand(channel(), what, { GRAFANA: "glsa_1" });
    expect(JSON.parse(receiver.received[0]?.body ?? "")).toEqual({
      time: Date.parse("2026-11-20T12:00:00.000Z"),
      tags: ["vice", "andon", "prod eu"],
      text: "The line is stopped",
    });
  });

  test("without its token nothing is sent; refused, neither the token nor the path is told", async () => {
    expect(await hand(channel(), notice())).toMatchObject({ problem: "its token is not there: env:GRAFANA" });
    expect(receiver.received).toEqual([]);
    receiver.answer({ status: 401 });
    const refused = await hand(channel(), notice(), { GRAFANA: "glsa_1" });
    expect(refused).toMatchObject({ delivered: false, retry: true });
    expect(JSON.stringify(refused)).not.toMatch(/glsa_1|sub/);
  });
});

describe("a webhook", () => {
  test("is verified by the library of Standard Webhooks, and by the words of its specification", async () => {
    const channel = { type: "webhook", url: `${receiver.url}/in?key=hush`, secret: "env:KEY" };
    expect(await hand(channel, notice(), { KEY: SECRET })).toEqual({ delivered: true });
    const [{ headers, body }] = receiver.received as [Receiver["received"][number]];
    expect(new Webhook(SECRET).verify(body, headers)).toMatchObject({
      type: "vice.failed",
      timestamp: "2026-11-20T12:00:00.000Z",
      data: { text: "shop v2 failed in prod-eu: exit code 1", service: "shop", environment: "prod-eu" },
    });
    const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
    expect(headers["webhook-signature"]).toBe(
      `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
    );
    expect(headers["webhook-id"]).toBe("msg_1");
    const altered = body.replace("v2", "v3");
    expect(() => new Webhook(SECRET).verify(altered, headers)).toThrow();
  });

  test.each([
    [200, null, { delivered: true }],
    [204, null, { delivered: true }],
    [503, null, { delivered: false, retry: true, afterMs: null }],
    [429, "7", { delivered: false, retry: true, afterMs: 7000 }],
    [404, null, { delivered: false, retry: true }],
    [307, null, { delivered: false, retry: true }],
    [410, null, { delivered: false, retry: false }],
    [400, null, { delivered: false, retry: false }],
  ])("answered with %i", async (status, after, expected) => {
    receiver.answer({ status, headers: after === null ? {} : { "retry-after": after } });
    const handed = await hand({ type: "webhook", url: `${receiver.url}/hush`, secret: SECRET }, notice());
    expect(handed).toMatchObject(expected);
    expect(JSON.stringify(handed)).not.toContain("hush");
    expect(receiver.received).toHaveLength(1);
  });

  test("that cannot be reached says which host, and nothing of its path", async () => {
    await receiver.close();
    const handed = await hand({ type: "webhook", url: `${receiver.url}/T0/hush`, secret: SECRET }, notice());
    expect(handed).toMatchObject({ delivered: false, retry: true });
    expect(JSON.stringify(handed)).toContain("127.0.0.1");
    expect(JSON.stringify(handed)).not.toContain("hush");
    receiver = await httpReceiver();
  });

  test.each([
    "a bare hush-hush",
    "whsec_c2hvcnQ=",
    "whsec_***",
  ])("with the secret %s is not sent", async (secret) => {
    const handed = await hand({ type: "webhook", url: receiver.url, secret }, notice());
    expect(handed).toMatchObject({ delivered: false, problem: expect.stringContaining("24 to 64 bytes") });
    expect(JSON.stringify(handed)).not.toContain(secret.slice(6));
    expect(receiver.received).toEqual([]);
  });

  test("whose secret is not there says which one", async () => {
    const handed = await hand({ type: "webhook", url: receiver.url, secret: "env:NOT_SET" }, notice());
    expect(handed).toMatchObject({ delivered: false, retry: true });
    expect(handed).toHaveProperty("problem", "its secret is not there: env:NOT_SET");
  });
});

test.each([
  ["7", 7000],
  ["Fri, 20 Nov 2026 12:00:30 GMT", 30_000],
  ["Fri, 20 Nov 2026 11:00:00 GMT", null],
  ["soon", null],
  [undefined, null],
])("Retry-After %j", (text, ms) => {
  expect(retryAfterMs(text, Date.parse("2026-11-20T12:00:00Z"))).toBe(ms);
});

describe("Slack", () => {
  const slack = async (over: Partial<Outgoing>) => {
    const env = { SLACK: `${receiver.url}/services/T0/B0/hush` };
    const handed = await hand({ type: "slack", url: "env:SLACK" }, notice(over), env);
    expect(JSON.stringify(handed)).not.toContain("hush");
    const { body } = receiver.received.at(-1) ?? { body: "null" };
    return { handed, body: JSON.parse(body) as { text: string; blocks: unknown[] } };
  };

  test("gets text and blocks, in which nothing can call a channel or make a link", async () => {
    const { handed, body } = await slack({ text: "a < b && <!channel> <https://evil.example|here>" });
    expect(handed).toEqual({ delivered: true });
    const text = "a &lt; b &amp;&amp; &lt;!channel&gt; &lt;https://evil.example|here&gt;";
    expect(body).toMatchObject({ text, blocks: [{ type: "section", text: { type: "mrkdwn", text } }, {}] });
    expect(JSON.stringify(body.blocks[1])).toContain("<https://vice.example.com/deployments/1|Look at it>");
  });

  test("a link cannot end early", async () => {
    const { body } = await slack({ link: "https://vice.example.com/?a=1&b=|x><!here>" });
    expect(JSON.stringify(body.blocks[1])).toContain(
      "<https://vice.example.com/?a=1&amp;b=%7Cx%3E%3C!here%3E|Look at it>",
    );
  });

  test("a long message is cut, and not within an escaped sign", async () => {
    const { body } = await slack({ text: "<".repeat(2000) });
    expect(body.text.length).toBeLessThanOrEqual(3000);
    expect(body.text).toMatch(/^(&lt;)+…$/);
  });

  test("is left alone as long as it asks", async () => {
    receiver.answer({ status: 429, headers: { "retry-after": "30" } });
    const { handed } = await slack({});
    expect(handed).toMatchObject({ delivered: false, retry: true, afterMs: 30_000 });
  });
});

test("the terminal says the line and the link", async () => {
  said.length = 0;
  await hand({ type: "terminal" }, notice());
  expect(said).toEqual(["shop v2 failed in prod-eu: exit code 1  https://vice.example.com/deployments/1"]);
});

describe("mail", () => {
  const openssl = needs("openssl");
  let folder: string;
  let server: SMTPServer;
  let mails: Array<{ text: string; to: string[]; secure: boolean; user: unknown }>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "vice-smtp-"));
    if (!openssl.has) return;
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    execFileSync(openssl.path("openssl"), [...made, "-days", "2", ...named, "-keyout", key, "-out", cert], {
      stdio: "ignore",
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function start(over: Partial<SMTPServerOptions> = {}): Promise<number> {
    mails = [];
    server = new SMTPServer({
      key: readFileSync(join(folder, "key.pem")),
      cert: readFileSync(join(folder, "cert.pem")),
      authMethods: ["PLAIN", "LOGIN"],
      onAuth: ({ username, password }, _session, done) =>
        username === "vice" && password === "hush hush"
          ? done(null, { user: "vice" })
          : done(new Error("Invalid username or password")),
      onRcptTo: ({ address }, _session, done) => {
        const refused = Object.assign(new Error("no such mailbox"), { responseCode: 550 });
        if (address.startsWith("nobody@")) done(refused);
        else done();
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          const { envelope, secure, user } = session;
          const to = envelope.rcptTo.map(({ address }) => address);
          mails.push({ text: Buffer.concat(chunks).toString("utf8"), to, secure, user });
          done();
        });
      },
      ...over,
    });
    server.on("error", () => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.server.address() as AddressInfo).port;
  }
  afterEach(
    () =>
      new Promise<void>((resolve) => {
        if (server === undefined) resolve();
        else server.close(() => resolve());
      }),
  );

  const channel = (port: number, over: object = {}): object => ({
    ...{ type: "email", host: "localhost", port, user: "vice", password: "env:MAIL" },
    ...{ from: "Vice <vice@example.com>", to: ["kim@example.com", "Duty <duty@example.com>"] },
    ...{ caFile: join(folder, "cert.pem"), ...over },
  });
  const env = { MAIL: "hush hush" };

  openssl.test("goes by STARTTLS with a password to all, as text and as HTML", async () => {
    const port = await start();
    expect(await hand(channel(port), notice({ text: "a <b> & c" }), env)).toEqual({ delivered: true });
    expect(mails).toMatchObject([
      { secure: true, user: "vice", to: ["kim@example.com", "duty@example.com"] },
    ]);
    const text = (mails[0]?.text ?? "").replaceAll("=\r\n", "").replaceAll("=3D", "=");
    expect(text).toContain("Subject: a <b> & c\r\n");
    expect(text).toContain("Message-ID: <msg_1@example.com>");
    expect(text).toContain("multipart/alternative");
    expect(text).toContain("a &lt;b&gt; &amp; c");
    expect(text).toContain('href="https://vice.example.com/deployments/1"');
  });

  openssl.test("no text makes a header", async () => {
    const port = await start();
    const text = "hello\r\nBcc: eve@example.com\r\n\r\nX-Evil: 1";
    await hand(channel(port), notice({ id: "msg_2", text }), env);
    expect(mails[0]?.to).toEqual(["kim@example.com", "duty@example.com"]);
    const [head = ""] = (mails[0]?.text ?? "").split("\r\n\r\n");
    expect(head).toContain("Subject: hello\r\n");
    expect(head).not.toMatch(/^(bcc|x-evil)/im);
  });

  test.each([
    "a@example.com\r\nBcc: eve@example.com",
    "a@example.com, b@example.com",
    "no address",
  ])("the receiver %j is refused", (to) => {
    expect(channelSchema.safeParse(channel(25, { to: [to] })).success).toBe(false);
    expect(channelSchema.safeParse(channel(25, { from: to })).success).toBe(false);
  });

  openssl.test("a wrong password is tried again, and never shown", async () => {
    const port = await start();
    const handed = await hand(channel(port), notice(), { MAIL: "wrong hush" });
    expect(handed).toMatchObject({ delivered: false, retry: true });
    expect(JSON.stringify(handed)).not.toContain("wrong hush");
    expect(mails).toEqual([]);
  });

  openssl.test("a server without TLS gets neither password nor mail", async () => {
    const port = await start({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
    const handed = await hand(channel(port), notice(), env);
    expect(handed).toMatchObject({ delivered: false, retry: true });
    expect(mails).toEqual([]);
  });

  openssl.test("a certificate that nobody vouches for ends it", async () => {
    const port = await start();
    const { caFile: _none, ...bare } = channel(port) as Record<string, unknown>;
    expect(await hand(bare, notice(), env)).toMatchObject({ delivered: false, retry: true });
    expect(mails).toEqual([]);
  });

  openssl.test("a receiver that is refused for good is not tried again", async () => {
    const port = await start();
    const handed = await hand(channel(port, { to: ["nobody@example.com"] }), notice(), env);
    expect(handed).toMatchObject({ delivered: false, retry: false });
  });

  test("a password goes over no wire in the clear", () => {
    const bare = channel(25, { security: "none", host: "smtp.example.com" });
    expect(channelSchema.safeParse(bare).error?.issues[0]?.message).toContain("without TLS");
  });
});

test("a secret in a file is read when it is used", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vice-channel-"));
  const file = join(folder, "key");
  const channel = { type: "webhook", url: receiver.url, secret: `file:${file}` };
  expect(await hand(channel, notice())).toMatchObject({ delivered: false, retry: true });
  writeFileSync(file, `${SECRET}\n`);
  expect(await hand(channel, notice())).toEqual({ delivered: true });
  rmSync(folder, { recursive: true });
});
