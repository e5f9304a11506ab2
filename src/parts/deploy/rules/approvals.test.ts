/** Who may agree: others than all who asked, by whatever identity; each once; with a role that fits; and not by a revoked token. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployment, plainEvent } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Principal, Scope } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { ServerConfig } from "../../../ports/services.ts";
import { dataCommands } from "../../data/index.ts";
import { deployCommands } from "../index.ts";

let house: WiredHouse;
const open = async (approvals: unknown, config: Partial<ServerConfig> = {}): Promise<void> => {
  house = await openWired(config);
  const environments = [{ name: "prod-eu", after: [], approvals }];
  const project = { version: 1, project: "web", services: { shop: {} }, environments };
  const data = { project: "web", config: project, origin: "sent" as const, place: null };
  await house.services.log.append({
    delivery: null,
    events: [plainEvent("vice.project.registered.v1", data, "web")],
  });
};
beforeEach(() => open(1));
afterEach(() => house.close());

const local: Principal = { id: "local", name: "ops", scopes: ["admin"] };
const invoke = <T>(id: string, input: object, principal: Principal): Promise<T> => {
  const command = [...deployCommands, ...dataCommands].find((each) => each.id === id);
  if (command === undefined) throw new Error(`there is no command ${id}`);
  return house.run(command, input, { principal }) as Promise<T>;
};
const tokenOf = async (name: string, ...scopes: Scope[]): Promise<Principal & { tokenId: string }> => {
  const { id } = await invoke<{ id: string }>("token.create", { name, scopes: ["deploy", ...scopes] }, local);
  return { id: `token:${id}`, name, scopes: ["deploy", ...scopes], tokenId: id };
};
const shop = { service: "shop", environment: "prod-eu", version: "v2" };
const ask = (who: Principal, over: object = {}) => invoke("deploy.approval-ask", { ...shop, ...over }, who);
const approve = (who: Principal, over: object = {}) =>
  invoke<{ id: string; already: boolean }>("deploy.approve", { ...shop, ...over }, who);
const allowed = async (over: object = {}, who: Principal = local): Promise<boolean> =>
  (await invoke<{ allowed: boolean }>("deploy.can-deploy", { ...shop, ...over }, who)).allowed;
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fine",
    (error: unknown) => (error instanceof ViceError ? error.code : String(error)),
  );

describe("who asked", () => {
  test("cannot agree, also when somebody else asked after him", async () => {
    const [kim, lee, max] = [await tokenOf("kim"), await tokenOf("lee"), await tokenOf("max")];
    await ask(kim);
    await ask(lee);
    expect([await codeOf(approve(kim)), await codeOf(approve(lee))]).toEqual([
      "deploy.not-allowed",
      "deploy.not-allowed",
    ]);
    expect(await allowed()).toBe(false);
    await approve(max);
    expect(await allowed()).toBe(true);
    const { asked } = await invoke<{ asked: unknown[] }>("deploy.approval-list", {}, kim);
    expect(asked).toMatchObject([{ byName: "kim" }, { byName: "lee" }]);
  });

  test("and agreed before he asked does not count", async () => {
    const [kim, lee] = [await tokenOf("kim"), await tokenOf("lee")];
    await approve(kim);
    await ask(lee);
    expect(await allowed()).toBe(true);
    await ask(kim);
    expect(await allowed()).toBe(false);
  });

  test("cannot agree by another identity of his", async () => {
    await ask(await tokenOf("kim"));
    const session: Principal = { id: "oidc:77", name: "kim@example.com", scopes: ["deploy"] };
    for (const other of [await tokenOf("kim"), await tokenOf("Kim@example.com"), session])
      expect([other.name, await codeOf(approve(other))]).toEqual([other.name, "deploy.not-allowed"]);
    expect(await codeOf(approve(await tokenOf("kimberly")))).toBe("fine");
  });

  test("for the next version asked for that one only", async () => {
    const [kim, lee] = [await tokenOf("kim"), await tokenOf("lee")];
    await ask(kim, { version: undefined });
    expect(await codeOf(approve(kim))).toBe("deploy.not-allowed");
    house.clock.nowMs += 60_000;
    const went = deployment("1", { environment: "prod-eu", version: "v1" }, "succeeded", house.clock.nowMs);
    await house.services.log.append(went);
    await ask(lee);
    expect(await codeOf(approve(kim))).toBe("fine");
    const { asked } = await invoke<{ asked: unknown[] }>("deploy.approval-list", {}, kim);
    expect(asked).toMatchObject([{ byName: "lee", version: "v2" }]);
  });
});

describe("who agreed", () => {
  test("already is told when, and two tokens of one person are one voice", async () => {
    await house.close();
    await open(2);
    const kim = await tokenOf("kim");
    const first = await approve(kim);
    expect(first.already).toBe(false);
    house.clock.nowMs += 180_000;
    const again = await approve(kim);
    expect(again).toMatchObject({ id: first.id, already: true });
    const command = deployCommands.find(({ id }) => id === "deploy.approve");
    const style = { nowMs: house.clock.nowMs, columns: 80, color: (_: string, text: string) => text };
    expect(command?.text(again, style)).toContain("You agreed already (3 min ago)");
    expect(await approve(await tokenOf("kim"))).toMatchObject({ id: first.id, already: true });
    await approve(await tokenOf("kim"), { note: "seen on staging" });
    expect(await allowed()).toBe(false);
    await approve(await tokenOf("lee"));
    expect(await allowed()).toBe(true);
  });

  test("by a token that was revoked since does not count", async () => {
    const kim = await tokenOf("kim");
    await approve(kim);
    expect(await allowed()).toBe(true);
    await invoke("token.revoke", { id: kim.tokenId }, local);
    expect(await allowed()).toBe(false);
  });

  test("and may do everything counts for any role", async () => {
    await house.close();
    const grant = { role: "approver", environment: null, service: null, team: null } as const;
    await open({ count: 1, roles: ["approver"] }, { roles: [{ who: "lee", ...grant }] });
    const [root, lee] = [await tokenOf("root", "admin"), await tokenOf("lee")];
    const session: Principal = { id: "oidc:1", name: "Robin", scopes: ["admin"] };
    for (const [who, version] of [
      [root, "v3"],
      [session, "v4"],
      [local, "v5"],
      [lee, "v6"],
    ] as const) {
      expect([version, await allowed({ version }, await tokenOf("ci"))]).toEqual([version, false]);
      await approve(who, { version });
      expect([version, await allowed({ version }, await tokenOf("ci"))]).toEqual([version, true]);
    }
  });
});
