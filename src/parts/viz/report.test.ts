// What a report is about: a project with all its services, one service, a dashboard that was saved, or nothing that is known.
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../test/wired-house.ts";
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { report } from "./report.ts";

let house: WiredHouse;
beforeEach(async () => {
  const dashboards = [
    { name: "Live", tier: "production" as const },
    { name: "two", services: ["api", "web-shop"], environment: "staging" },
  ];
  house = await openWired({
    dashboards,
    rules: [{ match: { service: "web-shop" }, set: { service: "shop" } }],
  });
  let id = 0;
  for (const [service, environment, status] of [
    ["shop", "staging", "succeeded"],
    ["shop", "production", "failed"],
    ["api", "staging", "succeeded"],
    ["mail", "production", "succeeded"],
  ]) {
    id += 1;
    const at = new Date(house.clock.nowMs - 3_600_000 + id * 1000).toISOString();
    const body = { id: String(id), service, environment, status, version: "v1", finishedAt: at };
    await house.send({ source: "generic", body });
  }
});
afterEach(() => house.close());

const about = async (project: string, more: object = {}): Promise<string> => {
  const { kind, recent, figures } = (await house.run(report as Command<Services>, { project, ...more })) as {
    kind: string;
    recent: Array<{ service: string; environment: string }>;
    figures: { attempts: number };
  };
  const places = recent.map(({ service, environment }) => `${service}/${environment}`);
  return `${kind} ${figures.attempts}: ${places.join(" ")}`;
};
const file = {
  text: "version: 1\nproject: storefront\nservices: { web-shop: , api: }\n",
  name: "vice.yaml",
  place: "/nowhere",
};

test("a project is all its services, by whatever name it calls them, newest first", async () => {
  expect(await about("storefront", { files: [file] })).toBe(
    "project 3: api/staging shop/production shop/staging",
  );
  expect(await about("api")).toBe("service 1: api/staging");
});

test("a project of which nothing was deployed yet is known all the same", async () => {
  const text = "version: 1\nproject: new\nservices: { new: }\n";
  expect(await about("new", { files: [{ ...file, text }] })).toBe("project 0: ");
});

test("a dashboard that was saved, and the one of everything", async () => {
  expect(await about("live")).toBe("dashboard 2: mail/production shop/production");
  expect(await about("two")).toBe("dashboard 2: api/staging shop/staging");
  expect(await about("all")).toBe("dashboard 4: mail/production api/staging shop/production shop/staging");
});

test("what nobody knows ends with the nearest of all names", async () => {
  await expect(about("liev")).rejects.toMatchObject({
    code: "not-found",
    message: 'There is no project, service or dashboard "liev".',
    hint: expect.stringContaining('Did you mean "Live"?'),
  });
  await expect(about("liev")).rejects.toMatchObject({
    hint: expect.stringMatching(/Kinds of report: .*overview, .*dora, /),
  });
});
