// An incident that is open is listed however many others ended since.
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { incidentCommands } from "./incident-commands.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

async function run<T>(id: string, input: object): Promise<T> {
  const command = incidentCommands.find((each) => each.id === `incident.${id}`);
  if (command === undefined) throw new Error(`there is no ${id}`);
  return (await house.run(command, input)) as T;
}
interface List {
  items: Array<{ title: string; status: string }>;
}
const titles = ({ items }: List): string[] => items.map(({ title, status }) => `${title}: ${status}`);

test("one that is open is not lost behind those that ended since", async () => {
  const open = { service: "shop", new: true };
  await run("open", { ...open, reason: "old" });
  for (const reason of ["a", "b", "c"]) {
    house.clock.nowMs += 60_000;
    const { id } = await run<{ id: string }>("open", { ...open, reason });
    house.clock.nowMs += 60_000;
    await run("close", { id });
  }
  expect(titles(await run<List>("list", { limit: 2 }))).toEqual(["old: open"]);
  expect(titles(await run<List>("list", { limit: 2, all: true }))).toEqual(["c: closed", "b: closed"]);
  house.clock.nowMs += 400 * 86_400_000;
  expect(titles(await run<List>("list", {}))).toEqual(["old: open"]);
});
