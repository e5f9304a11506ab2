// What is different about slow or failed traces, asked as a report over a whole house.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { report } from "../report.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

interface Answer {
  odd: number;
  rest: number;
  title: string;
  items: Array<{ key: string; value: string; isClear: boolean }>;
}
const asked = async (more: object): Promise<Answer> =>
  (await house.run(report as Command<Services>, { project: "differences", ...more })) as Answer;

test("of 100 traces 20 are slow, all tagged tool=gcloud: the report names it; persons are not looked at", async () => {
  const traces = Array.from({ length: 100 }, (_, at) => {
    const isSlow = at % 5 === 0;
    const facts = {
      kind: "pipeline" as const,
      durationMs: isSlow ? 1_200_000 : 60_000,
      actor: { name: null, login: isSlow ? "slow" : "quick" },
      tags: {
        tool: isSlow ? "gcloud" : "helm",
        "git.author": isSlow ? "slow" : "quick",
        shard: String(at % 3),
      },
    };
    return deployment(String(at), facts, "succeeded", NOON - 3_600_000 + at);
  });
  for (const trace of traces) await house.services.log.append(trace);
  const answer = await asked({ slowerThan: "10m" });
  expect(answer).toMatchObject({ odd: 20, rest: 80 });
  expect(answer.items[0]).toMatchObject({ key: "tool", value: "gcloud", isClear: true });
  expect(answer.title).toBe(
    "tool=gcloud stands out: 100 % of those that took longer than 10 min have it, 5.0 times as often as all",
  );
  expect(JSON.stringify(answer.items)).not.toMatch(/author|actor|quick/);
  expect((await asked({ status: "failed" })).title).toBe("None failed");
  await expect(asked({ slowerThan: "soon" })).rejects.toMatchObject({ code: "input.invalid" });
});
