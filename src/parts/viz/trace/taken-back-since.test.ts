// A trace whose end is in production says when that was taken back since: on a real store.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Trace } from "../../../domain/trace/span.ts";
import { commitCommands } from "../../data/commits/commit-commands.ts";
import { trace } from "./trace-command.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const SHOP = "https://github.com/example/shop";
const sha = (n: number): string => n.toString(16).padStart(4, "c").repeat(10);
const ms = (minutes: number): number => house.clock.nowMs - 86_400_000 + minutes * 60_000;

function deployed(n: number, minutes: number): void {
  const facts = { environment: "prod-eu", version: `v${n}`, repository: SHOP, commitSha: sha(n) };
  house.services.store.log.append([deployment(`prod-eu-${minutes}`, facts, "succeeded", ms(minutes))]);
}

test("rolled back, and no word of it while it is there", async () => {
  const [add] = commitCommands;
  if (add === undefined) throw new Error("no command");
  const commits = [
    { sha: sha(1), parents: [], message: "First" },
    { sha: sha(2), parents: [sha(1)], message: "Rank (#15)" },
  ];
  await house.run(add, { repository: SHOP, commits });
  const tags = { number: "15", title: "Rank", mergeCommitSha: sha(2) };
  const change = { kind: "change" as const, repository: SHOP, commitSha: sha(2), tags };
  house.services.store.log.append([deployment("change 15", change, "succeeded", ms(0))]);
  const ask = async (): Promise<Trace> =>
    JSON.parse(JSON.stringify(await house.run(trace, { id: "#15" }))) as Trace;
  deployed(1, 1);
  deployed(2, 5);
  expect((await ask()).spans.map(({ kind }) => kind)).toEqual(["change", "deployment"]);
  expect((await ask()).takenBack).toBeUndefined();
  deployed(1, 23 * 60);
  const gone = await ask();
  expect(gone.takenBack).toMatchObject([
    { environment: "prod-eu", at: new Date(ms(23 * 60)).toISOString(), by: null },
  ]);
  const style = { nowMs: house.clock.nowMs, columns: 100, color: (_: string, said: string) => said };
  expect(trace.text(gone, style)).toMatch(/No longer there: \S+ in prod-eu, rolled back 1 h ago\./);
});
