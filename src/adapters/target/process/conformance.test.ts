/** The process target against the suite of all targets: with a free port for each release, and with one port for all. */
import { describe } from "vitest";
import { level } from "../../../../test/level.ts";
import { ProcessHouse } from "../../../../test/process-house.ts";
import type { TargetWorld } from "../../../conformance/target.ts";
import { targetConformance } from "../../../conformance/target.ts";
import type { ActingVerb } from "../../../ports/target.ts";
import { anyTarget } from "../targets-of.ts";
import { freePort } from "./launch.ts";

async function open(port: "auto" | number, proves: ActingVerb): Promise<TargetWorld> {
  const house = new ProcessHouse();
  const [first, second, third, broken, endless] = await Promise.all(
    ["1", "2", "3", "broken", "endless"].map((version) => house.release(version)),
  );
  if (!first || !second || !third || !broken || !endless) throw new Error("there are five");
  return {
    adapter: () => anyTarget(house.adapter()),
    spec: { start: "node app.cjs", port, health: { every: "30ms" }, grace: "2s" },
    cwd: house.root,
    releases: [first, second, third],
    broken: { release: broken, verb: proves },
    endless: { release: endless, verb: proves },
    truth: () => house.version(),
    effects: () => house.effects(),
    strike: async () => house.strike(),
    close: () => house.close(),
  };
}

const settings = { fences: true, says: "hello from 1" };

describe("a free port for each release", () => {
  targetConformance("process", { ...settings, open: () => open("auto", "health") });
});

// At the quick level one-port.test.ts stands for it.
const asked = level === "test" ? () => {} : describe;
asked("one port for all", () => {
  targetConformance("process", { ...settings, open: async () => open(await freePort(new Set()), "switch") });
});
