// What was altered is found, whatever byte it was; what happened is listed with who, where, when and outcome.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deployment, type House, openHouse, plainEvent, T0 } from "../../../../test/data-services.ts";
import { invoke } from "../../../kit/command.ts";
import { activityId } from "../../../kit/ids.ts";
import { auditExport, auditHead, auditVerify } from "./audit.ts";
import type { AuditRow } from "./audit-row.ts";
import { noteHead } from "./heads.ts";

let house: House;
beforeEach(() => {
  house = openHouse();
  const actor = { name: "Sidney Jones", login: "sidney" };
  house.store.log.append([
    deployment("1", { actor }, "running"),
    deployment("1", { actor }, "succeeded", T0 + 60_000),
    deployment("2", {}, "failed", T0 + 86_400_000),
  ]);
});
afterEach(() => house.close());

const STYLE = { nowMs: T0, columns: 200, color: (_: string, text: string) => text };
const verify = (head?: string) =>
  invoke(auditVerify, head === undefined ? {} : { head }, house.context()) as Promise<{
    head: string;
    seq: number;
  }>;
const rowsOf = async (input: object = {}): Promise<AuditRow[]> =>
  ((await invoke(auditExport, input, house.context())) as { items: AuditRow[] }).items;
const said = (call: Promise<unknown>) =>
  call.then(
    () => "fine",
    (error: Error & { code: string; exit: number }) => `${error.code} ${error.exit} ${error.message}`,
  );

function alter(sql: string, ...params: Array<string | number | Uint8Array>): void {
  const db = new DatabaseSync(house.store.maintenance.health().file);
  db.prepare(sql).run(...params);
  db.close();
}

describe("verify", () => {
  it("finds nothing in a log that was left alone", async () => {
    expect(await verify()).toMatchObject({ ok: true, events: 3, seq: 3, head: house.store.log.head().hash });
  });
  it("finds every flipped byte in every event, and names the event", async () => {
    const db = new DatabaseSync(house.store.maintenance.health().file);
    const events = db.prepare("SELECT seq, CAST(body AS BLOB) AS body, hash FROM event").all();
    const write = db.prepare("UPDATE event SET body = CAST(? AS TEXT), hash = ? WHERE seq = ?");
    for (const { seq, body, hash } of events) {
      const whole = Buffer.from(body as Uint8Array);
      for (let at = 0; at < whole.length; at += 7) {
        const bad = Buffer.from(whole);
        bad[at] = (bad[at] ?? 0) ^ 1;
        write.run(bad, hash as Uint8Array, seq as number);
        const result = await house.store.log.verify(null, () => {});
        expect(result, `byte ${at} of event ${seq}`).toMatchObject({ ok: false, seq });
      }
      const badHash = Buffer.from(hash as Uint8Array);
      badHash[0] = (badHash[0] ?? 0) ^ 1;
      write.run(whole, badHash, seq as number);
      expect(await house.store.log.verify(null, () => {})).toMatchObject({ ok: false, seq });
      write.run(whole, hash as Uint8Array, seq as number);
    }
    db.close();
    expect(await said(verify())).toBe("fine");
  });
  it("ends with 65 and says which record", async () => {
    alter("UPDATE event SET body = replace(body, 'v1', 'v9') WHERE seq = 2");
    expect(await said(verify())).toMatch(
      /^store\.damaged 65 .*event 2 was altered; the 1 before it are right/,
    );
  });
  it("finds a deleted event, a cut log and an altered delivery", async () => {
    const { seq, hash } = house.store.log.head();
    alter("DELETE FROM event WHERE seq = 3");
    expect(await said(verify())).toBe("fine");
    expect(await said(verify(`${seq}:${hash}`))).toMatch(
      /^data\.invalid 65 .*the log ends at 2, but the head kept elsewhere is 3\. The chain of all 2 events is unbroken/,
    );
    alter("UPDATE delivery SET body = x'7b7d' WHERE n = 1");
    expect(await said(verify())).toMatch(/the body of delivery .* of event 1 was altered/);
  });
  it("takes heads as text, from the file of heads and from a manifest", async () => {
    expect(noteHead(house.services, T0)).toMatchObject({ seq: 3 });
    expect(noteHead(house.services, T0)).toBeNull();
    house.store.log.append([deployment("3")]);
    noteHead(house.services, T0);
    const file = join(house.home, "heads.ndjson");
    expect(await verify(file)).toMatchObject({ seq: 4 });
    const other = join(house.home, "manifest.json");
    writeFileSync(other, JSON.stringify({ seq: 4, head: "0".repeat(64) }));
    expect(await said(verify(other))).toMatch(/^data\.invalid 65 .*event 4 has hash/);
    alter("UPDATE event SET body = replace(body, 'v1', 'v9') WHERE seq = 2");
    expect(await said(verify(other))).toMatch(/^store\.damaged 65 .*event 2 was altered; the 1 before it/);
    alter("UPDATE event SET body = replace(body, 'v9', 'v1') WHERE seq = 2");
    expect(await said(verify("/does/not/exist"))).toMatch(/^not-found 66/);
    const reader = house.context({ principal: { id: "token:x", name: "x", scopes: ["read"] } });
    await expect(invoke(auditVerify, { head: file }, reader)).rejects.toMatchObject({
      code: "auth.forbidden",
    });
    const { seq, hash } = (await invoke(auditHead, {}, reader)) as { seq: number; hash: string };
    expect(await invoke(auditVerify, { head: `${seq}:${hash}` }, reader)).toMatchObject({ ok: true });
  });
});

describe("heads as people keep them", () => {
  it.each([
    ["lines of audit head", (line: string) => `1:${"0".repeat(64)}\n${line}\n`],
    ["lines with Windows ends", (line: string) => `${line}\r\n`],
    ["audit head --json on a terminal", (line: string) => JSON.stringify(asObject(line), null, 2)],
    ["audit head --json in a file", (line: string) => `${JSON.stringify(asObject(line))}\n`],
  ])("%s", async (_name, write) => {
    const { seq, hash } = house.store.log.head();
    const file = join(house.home, "kept");
    writeFileSync(file, write(`${seq}:${hash}`));
    expect(await verify(file)).toMatchObject({ ok: true, expected: `${seq}:${hash}` });
  });
  const asObject = (line: string) => ({ seq: Number(line.split(":")[0]), hash: line.split(":")[1] });

  it("what is no hash is named, and the store that was checked too", async () => {
    expect(await said(verify("5:deadbeef"))).toMatch(
      /^input\.invalid 64 .*it has 8 characters, a hash has 64/,
    );
    expect(await said(verify(`5:${"x".repeat(64)}`))).toMatch(/64 characters of 0-9 and a-f/);
    const { file } = house.store.maintenance.health();
    expect(auditVerify.text(auditVerify.output.parse(await verify()), STYLE)).toContain(`store ${file}\n`);
  });
});

describe("export", () => {
  it("says who deployed what where, when and with which outcome", async () => {
    expect(
      (await rowsOf()).map(({ at, who, what, where, outcome, detail }) => [
        at,
        who,
        what,
        where,
        outcome,
        detail,
      ]),
    ).toEqual([
      ["2026-11-20T10:00:00.000Z", "sidney", "deploy", "shop @ prod-eu", "started", "v1"],
      ["2026-11-20T10:01:00.000Z", "sidney", "deploy", "shop @ prod-eu", "succeeded", "v1"],
      ["2026-11-21T10:00:00.000Z", null, "deploy", "shop @ prod-eu", "failed", "v2"],
    ]);
  });
  it("knows an end that does not repeat what it ends", async () => {
    const bare = { kind: null, service: null, environment: null, version: null };
    house.store.log.append([
      deployment("5", {}, "running", T0 + 1000),
      deployment("5", bare, "canceled", T0 + 2000),
    ]);
    expect((await rowsOf()).slice(3).map(({ where, outcome, detail }) => [where, outcome, detail])).toEqual([
      ["shop @ prod-eu", "started", "v5"],
      ["shop @ prod-eu", "canceled", "v5"],
    ]);
  });
  it("has a line for each act of a person", async () => {
    const subject = activityId({
      identityKind: "deployment",
      source: "gitlab",
      instance: "gitlab.example.com",
      externalId: "1",
      attempt: 1,
    });
    const acts = [
      plainEvent(
        "vice.activity.amended.v1",
        { facts: { version: "v1.1" }, status: "failed", reason: "it was down" },
        subject,
      ),
      plainEvent("vice.activity.voided.v1", { reason: "a test" }, subject),
      plainEvent("vice.names.ruled.v1", {
        rule: { id: "r1", match: { service: "shop" }, set: { team: "web" } },
        reason: null,
      }),
      plainEvent("vice.token.created.v1", { tokenId: "t1", name: "ci", scopes: ["write"], expiresAt: null }),
      plainEvent("vice.backup.made.v1", { url: "file:///b", seq: 3, head: "ab", bytes: 10 }),
      plainEvent("vice.person.forgotten.v1", { person: "p-1" }),
      plainEvent("vice.command.invoked.v1", {
        command: "data.rebuild",
        input: {},
        outcome: "ok",
        code: null,
      }),
    ];
    house.store.log.append([{ delivery: null, events: acts }]);
    const rows = (await rowsOf({ from: "2026-11-01" })).slice(3);
    expect(rows.every((row) => row.who === "local")).toBe(true);
    expect(rows.map(({ what, where, outcome, detail }) => [what, where, outcome, detail])).toEqual([
      ["deployment amended", "shop @ prod-eu", "done", "it was down (version, status = failed)"],
      ["deployment voided", "shop @ prod-eu", "done", "a test"],
      ["name rule added", null, "done", '{"match":{"service":"shop"},"set":{"team":"web"}}'],
      ["token created", "ci", "done", "write"],
      ["backup made", "file:///b", "done", "3:ab"],
      ["person forgotten", null, "done", null],
      ["command data.rebuild", null, "ok", null],
    ]);
  });
  it("takes a span and pages", async () => {
    expect(await rowsOf({ from: "2026-11-21", to: "2026-11-22" })).toHaveLength(1);
    expect(await rowsOf({ to: "2026-11-20T10:01:00Z" })).toHaveLength(1);
    const first = (await invoke(auditExport, { limit: 2 }, house.context())) as {
      items: AuditRow[];
      next: number;
    };
    expect([first.items.length, (await rowsOf({ cursor: first.next })).length]).toEqual([2, 1]);
    expect(await said(rowsOf({ from: "soon" }))).toMatch(/"soon" is no moment/);
  });
  it("writes CSV that runs no formula", async () => {
    house.store.log.append([deployment("4", { version: "=HYPERLINK(1)" })]);
    const result = await invoke(auditExport, { format: "csv" }, house.context());
    const lines = auditExport.text(result, STYLE).split("\r\n");
    expect(lines[0]).toBe("seq,at,who,what,where,outcome,detail,subject,source");
    expect(lines).toHaveLength(5);
    expect(lines[4]).toContain(",'=HYPERLINK(1),");
  });
});
