/** Checks by hand and by the clock know what those of a deployment know: where it answers, and the values of the application. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CheckHouse, openCheckHouse, place, saidBy } from "../../../test/check-house.ts";
import type { Project } from "../../domain/project/project.ts";
import { readProject } from "../config/index.ts";
import { type CheckedPlace, knownThere } from "./known-there.ts";

let it: CheckHouse;
beforeEach(async () => {
  it = await openCheckHouse();
});
afterEach(() => it.close());

const PASSWORD = "correct-horse-battery";
const checks = [{ type: "http", name: "there", url: `${place("url")}/${place("env.PAGE")}` }];

function project(target: object): Project {
  writeFileSync(join(it.house.home, "password"), PASSWORD);
  const said = {
    ...{ version: 1, project: "shop", environments: ["staging"] },
    services: { shop: { target } },
    config: { values: { PAGE: "cart" }, secrets: { PASSWORD: "file:password" } },
  };
  return readProject({ name: "vice.yaml", text: JSON.stringify(said) }).project;
}

function knows(target: object, wanted: readonly unknown[], url: string | null = null, lines: string[] = []) {
  const shop = project(target);
  const [environment = null] = shop.environments;
  const there: CheckedPlace = { project: shop, environment, service: "shop", cwd: it.house.home };
  return knownThere(there, wanted, url, {
    ...{ services: it.services, now: () => it.house.clock.nowMs, signal: new AbortController().signal },
    log: (line) => void lines.push(line),
  });
}
const says = (url: string) => ({
  command: { deploy: "true", status: ["sh", "-c", `printf 'version=v1\nurl=${url}\n' >> "$VICE_OUTPUTS"`] },
});

test("the target is asked where it answers, values are filled in, and secrets are masked", async () => {
  it.answers.set("/cart", () => PASSWORD);
  const known = await knows(says(it.url), checks);
  expect(known).toEqual({ url: it.url, env: { PAGE: "cart", PASSWORD }, secrets: [PASSWORD] });
  // A server asks every few seconds, for years.
  expect(readdirSync(join(it.house.home, "runs"))).toEqual([]);
  expect(saidBy(await it.run(checks, known))).toEqual(["there passed"]);
  const wrong = [{ ...checks[0], expect: { contains: "nothing" } }];
  const [said = ""] = saidBy(await it.run(wrong, known));
  expect(said).toContain("***");
  expect(said).not.toContain(PASSWORD);
});

test("what was said goes before it, and where no check wants it nobody is asked and nothing is opened", async () => {
  const fails = { command: { deploy: "true", status: "false" } };
  expect(await knows(fails, checks, "http://127.0.0.1:1")).toMatchObject({ url: "http://127.0.0.1:1" });
  const plain = [{ type: "http", url: it.url }];
  expect(await knows(says(it.url), plain)).toEqual({ url: null, env: {}, secrets: [] });
});

test("a target that cannot say leaves it unknown, and a secret that is not there is told", async () => {
  const lines: string[] = [];
  const known = await knows({ command: { deploy: "true" } }, checks, null, lines);
  expect([known.url, lines]).toEqual([null, []]);
  const shop = {
    project: project({ command: "true" }),
    environment: null,
    service: "shop",
    cwd: "/nonexistent",
  };
  const asking = { services: it.services, now: Date.now, signal: new AbortController().signal };
  await knownThere(shop, checks, "x", { ...asking, log: (line) => void lines.push(line) });
  expect(lines).toEqual([expect.stringContaining("PASSWORD")]);
});
