// The weekly digest: once for each period, also over a restart and after a week without a server; a real mail server gets it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../test/data-services.ts";
import { needs } from "../../../test/needs.ts";
import { openWired, type WiredHouse } from "../../../test/wired-house.ts";
import { type ChannelConfig, channelSchema } from "../../domain/notify/channel.ts";
import type { OutboxRow } from "../../ports/outbox.ts";
import { writeDigest } from "../viz/index.ts";
import { createDigests } from "./digests.ts";
import { startNotices } from "./worker.ts";

const DAY = 86_400_000;
/** A Thursday. */
const START = Date.parse("2026-11-12T12:00:00.000Z");
const MONDAY = Date.parse("2026-11-16T07:00:00.000Z"); // eight in Berlin

const ROOM = {
  type: "terminal",
  on: ["digest"],
  digest: { schedule: "0 8 * * mon", timeZone: "Europe/Berlin" },
};
const channel = (said: object, name = "room"): ChannelConfig => ({ ...channelSchema.parse(said), name });

let home: string;
let house: WiredHouse;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "vice-digest-"));
  house = await open([channel(ROOM)]);
  house.clock.nowMs = START;
});
afterEach(async () => {
  await house.close();
  rmSync(home, { recursive: true, force: true });
});

const open = (channels: ChannelConfig[]): Promise<WiredHouse> => openWired({ channels }, join(home, "home"));
const digests = (over = {}): (() => Promise<boolean>) =>
  createDigests({
    services: house.services,
    now: () => house.clock.nowMs,
    write: writeDigest,
    onError: (error) => {
      throw error;
    },
    ...over,
  });
const waiting = (): OutboxRow[] => house.services.store.outbox.list({ states: ["waiting"] }, 10);
const deployed = (id: string, atMs: number, status: "succeeded" | "failed" = "succeeded") =>
  house.services.log.append(deployment(id, { version: id }, status, atMs));

test("nothing from before the channel was there; then one letter for each period, also over a restart", async () => {
  await deployed("v1", MONDAY - 2 * DAY);
  await deployed("v2", MONDAY - 3_600_000, "failed");
  await deployed("v3", MONDAY + 3_600_000);
  expect([await digests()(), waiting().length]).toEqual([false, 0]);
  house.clock.nowMs = MONDAY - 1;
  expect(await digests()()).toBe(false);
  house.clock.nowMs = MONDAY;
  expect(await digests()()).toBe(true);
  const [row] = waiting();
  expect(row?.payload).toMatchObject({
    ...{ kind: "digest", at: "2026-11-16T07:00:00.000Z" },
    text: expect.stringContaining("2 deployments in"),
    letter: {
      markdown: expect.stringContaining("| Deployments | 2 |"),
      html: expect.stringContaining("<svg"),
    },
  });
  expect(await digests()()).toBe(false);
  await house.wired.close();
  house = await open([channel(ROOM)]);
  house.clock.nowMs = MONDAY + DAY;
  expect([await digests()(), waiting().length]).toEqual([false, 1]);
});

test("three weeks without a server are one letter, about the last one; a crash before it was noted sends none twice", async () => {
  await digests()();
  house.clock.nowMs = MONDAY + 15 * DAY;
  expect(await digests()()).toBe(true);
  expect(waiting().map(({ payload }) => Object(payload)["at"])).toEqual(["2026-11-30T07:00:00.000Z"]);
  house.services.store.state.set("digest", "room", { untilMs: START }, START);
  await digests()();
  expect(waiting()).toHaveLength(1);
});

test("a letter that cannot be written is tried again after some minutes, and the others are sent", async () => {
  await house.close();
  house = await open([channel(ROOM), channel({ ...ROOM, only: { service: "shop" } }, "shop")]);
  house.clock.nowMs = START;
  const problems: unknown[] = [];
  let fails = true;
  const write: typeof writeDigest = (asked, services) =>
    fails && asked.service === undefined ? Promise.reject(new Error("no")) : writeDigest(asked, services);
  const send = digests({ write, onError: (error: unknown) => problems.push(error) });
  await send();
  house.clock.nowMs = MONDAY + 60_000;
  expect(await send()).toBe(true);
  expect(waiting().map((row) => row.channel)).toEqual(["shop"]);
  fails = false;
  expect(await send()).toBe(false);
  house.clock.nowMs += 6 * 60_000;
  expect(await send()).toBe(true);
  expect([problems.length, waiting().length]).toEqual([1, 2]);
});

test.each([
  [{ ...ROOM, only: { service: "shop-*" } }, "without *"],
  [{ ...ROOM, only: { tier: "production" } }, "service or team alone"],
  [{ ...ROOM, digest: { schedule: "mondays" } }, "is no schedule"],
  [{ ...ROOM, digest: { timeZone: "Nowhere" } }, "is no time zone"],
  [{ ...ROOM, type: "grafana", url: "https://grafana.example.com", token: "env:G" }, "no mark"],
])("what a digest cannot be is told: %j", (said, problem) => {
  expect(JSON.stringify(channelSchema.safeParse(said).error?.issues)).toContain(problem);
});

const openssl = needs("openssl");
openssl.test(
  "a real mail server gets text, Markdown and HTML with the pictures of the report, once",
  async () => {
    const [key, cert] = [join(home, "key.pem"), join(home, "cert.pem")];
    const made = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
    ];
    const named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    execFileSync(openssl.path("openssl"), [...made, ...named, "-keyout", key, "-out", cert], {
      stdio: "ignore",
    });
    const mails: string[] = [];
    const server = new SMTPServer({
      ...{ key: readFileSync(key), cert: readFileSync(cert), authOptional: true },
      onData: (stream, _session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          mails.push(Buffer.concat(chunks).toString("utf8"));
          done();
        });
      },
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const { port } = server.server.address() as AddressInfo;
    await house.close();
    const mail = {
      type: "email",
      host: "localhost",
      port,
      caFile: cert,
      from: "vice@example.com",
      to: ["kim@example.com"],
    };
    house = await open([channel({ ...ROOM, ...mail })]);
    house.clock.nowMs = START;
    await deployed("v1", MONDAY - DAY);
    const run = () =>
      startNotices({
        ...{ services: house.services, now: () => house.clock.nowMs, writeDigest },
        onError: (error) => {
          throw error;
        },
        onGivenUp: (_row, problem) => {
          throw new Error(problem);
        },
      });
    const first = run();
    await expect.poll(() => house.services.store.state.list("digest").length).toBe(1);
    house.clock.nowMs = MONDAY;
    await expect.poll(() => mails.length, { timeout: 20_000 }).toBe(1);
    await first.stop();
    const second = run();
    await new Promise((done) => setTimeout(done, 1500));
    await second.stop();
    await new Promise<void>((done) => server.close(() => done()));
    expect(mails).toHaveLength(1);
    const said = mails[0] ?? "";
    expect(said).toContain("Subject: 1 deployment in");
    for (const part of ["text/plain", "text/html", "image/svg+xml", "Content-Id: <picture-1>", "digest.html"])
      expect(said.toLowerCase()).toContain(part.toLowerCase());
    expect(said.replaceAll("=\r\n", "").replaceAll("=3D", "=")).toContain('src="cid:picture-1"');
    const parts = [...said.matchAll(/image\/svg\+xml[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/g)];
    const svg = Buffer.from(parts[0]?.[1] ?? "", "base64").toString("utf8");
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toContain("var(--");
  },
  60_000,
);
