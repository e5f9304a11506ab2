/** Whose word runs what: a registered project for who deploys, what lies on the disk of this machine for admins only. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { plainEvent } from "../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../test/wired-house.ts";
import type { Principal } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import { autoCommands } from "./index.ts";

let house: WiredHouse;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-may-run-"));
  house = await openWired();
});
afterEach(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

const person = (...scopes: Principal["scopes"]): Principal => ({ id: "token:kim", name: "kim", scopes });
const touching = (file: string) => ({
  steps: { a: { run: { command: `touch ${join(folder, file)}`, shell: true } } },
});
const run = (pipeline: string, who: Principal, more: object = {}): Promise<string> => {
  const command = autoCommands.find(({ id }) => id === "auto.run");
  if (command === undefined) throw new Error("there is no auto.run");
  return house.run(command, { pipeline, ...more }, { principal: who }).then(
    () => "fine",
    (error: unknown) => (error instanceof ViceError ? error.code : String(error)),
  );
};

test("a path that ends like a registered project is not taken from the disk for who only deploys", async () => {
  const config = {
    version: 1,
    project: "shop",
    services: {},
    environments: [{ name: "dev" }],
    pipeline: touching("registered"),
  };
  const data = { project: "shop", config, origin: "sent" as const, place: folder };
  house.services.store.log.append([
    { delivery: null, events: [plainEvent("vice.project.registered.v1", data, "shop")] },
  ]);
  mkdirSync(join(folder, "there"));
  const planted = join(folder, "there/shop");
  writeFileSync(planted, JSON.stringify(touching("planted")));
  expect(await run(planted, person("deploy"))).toBe("fine");
  expect([existsSync(join(folder, "planted")), existsSync(join(folder, "registered"))]).toEqual([
    false,
    true,
  ]);
  expect(await run(planted, person("admin"))).toBe("fine");
  expect(existsSync(join(folder, "planted"))).toBe(true);
});

test("any other path is refused", async () => {
  const file = join(folder, "pipeline.yaml");
  writeFileSync(file, JSON.stringify(touching("done")));
  expect(await run(file, person("deploy"))).toBe("auth.forbidden");
  expect(existsSync(join(folder, "done"))).toBe(false);
});

test("a file that is sent is run for admins only, and need not lie on this machine", async () => {
  const place = join(folder, "elsewhere/release.yaml");
  const sent = { file: place, text: JSON.stringify(touching("sent")) };
  mkdirSync(join(folder, "elsewhere"));
  expect(await run(place, person("deploy"), { sent })).toBe("auth.forbidden");
  expect(existsSync(join(folder, "sent"))).toBe(false);
  expect(await run(place, person("admin"), { sent })).toBe("fine");
  expect(existsSync(join(folder, "sent"))).toBe(true);
});

test("a service has its own pipeline, else that of its project, for which who runs it needs a role", async () => {
  await house.close();
  const may = (who: string, service: string) => ({
    ...{ who, role: "deployer" as const, service, environment: null, team: null },
  });
  house = await openWired({ roles: [may("kim", "api"), may("kim", "web"), may("lee", "shop")] });
  const config = {
    version: 1,
    project: "shop",
    services: { api: { pipeline: touching("of-api") }, web: null },
    pipeline: touching("of-shop"),
  };
  const data = { project: "shop", config, origin: "sent" as const, place: folder };
  house.services.store.log.append([
    { delivery: null, events: [plainEvent("vice.project.registered.v1", data, "shop")] },
  ]);
  const done = () => ["of-api", "of-shop"].filter((file) => existsSync(join(folder, file)));
  expect([await run("API", person("deploy")), done()]).toEqual(["fine", ["of-api"]]);
  expect([await run("web", person("deploy")), done()]).toEqual(["auth.forbidden", ["of-api"]]);
  const lee = { ...person("deploy"), id: "token:lee", name: "lee" };
  expect([await run("web", lee), done()]).toEqual(["fine", ["of-api", "of-shop"]]);
  expect(await run("wbe", person("admin"))).toBe("not-found");
});

test("a policy is asked too: deployers of the project run it, others do not", async () => {
  await house.close();
  const grant = { who: "kim", role: "deployer" as const, service: "shop", environment: null, team: null };
  house = await openWired({ roles: [grant] });
  for (const name of ["shop", "ledger"]) {
    const config = {
      version: 1,
      project: name,
      services: {},
      environments: [{ name: "dev" }],
      pipeline: touching(name),
    };
    const data = { project: name, config, origin: "sent" as const, place: folder };
    house.services.store.log.append([
      { delivery: null, events: [plainEvent("vice.project.registered.v1", data, name)] },
    ]);
  }
  expect(await run("shop", person("deploy"))).toBe("fine");
  expect(await run("ledger", person("deploy"))).toBe("auth.forbidden");
  expect(existsSync(join(folder, "ledger"))).toBe(false);
  expect(await run("ledger", person("admin"))).toBe("fine");
});
