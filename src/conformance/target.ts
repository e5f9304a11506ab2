/** Conformance suite of the target port: every adapter runs it. Each check is a function, so that it can be seen to fail. */
import { test } from "vitest";
import { actingChecks } from "./target/acting.ts";
import { crashChecks } from "./target/crash.ts";
import { tellingChecks } from "./target/telling.ts";
import type { Check, TargetConformance } from "./target/world.ts";

export type { Check, TargetConformance, TargetWorld } from "./target/world.ts";

/**
 * Registers the suite for one adapter: `targetConformance("process", { open: () => ... })` in its test file. Inside a
 * `describe` or at the top; each check opens a world of its own and closes it.
 */
export function targetConformance(name: string, settings: TargetConformance): void {
  for (const { about, run } of targetChecks(settings)) test(`target ${name}: ${about}`, run);
}

export const targetChecks = (settings: TargetConformance): Check[] => [
  ...tellingChecks(settings),
  ...actingChecks(settings),
  ...crashChecks(settings),
];
