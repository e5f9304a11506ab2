/** Freeze windows that registered projects write down, in the form in which they are shown. */
import { z } from "zod";
import { type FreezeWindow, frozenUntil, isFrozen } from "../../../domain/rules/freeze.ts";
import { registeredProjects } from "../../config/index.ts";
import { saidNames } from "../../data/index.ts";
import type { RuleContext } from "./rule-context.ts";

export const projectWindow = z.strictObject({
  project: z.string(),
  services: z.array(z.string()),
  environment: z.string(),
  reason: z.string(),
  when: z.string().describe("In words, in the time of timeZone"),
  timeZone: z.string(),
  holds: z.boolean().describe("Whether it holds now"),
  until: z.string().nullable().describe("When it ends, when it holds now and has an end"),
});
export type ProjectWindow = z.output<typeof projectWindow>;

export function projectWindows(services: RuleContext["services"], nowMs: number): ProjectWindow[] {
  const names = saidNames(services);
  const called = (stands: readonly string[], name: string): string =>
    stands.length === 1 ? (stands[0] ?? name) : name;
  return registeredProjects(services).flatMap(({ policy }) =>
    (policy?.environments ?? []).flatMap(({ name, freezes }) =>
      freezes
        .filter(({ to }) => to === null || nowMs < Date.parse(to))
        .map((window): ProjectWindow => {
          const holds = isFrozen(window, nowMs);
          const end = holds ? frozenUntil(window, nowMs) : null;
          const own = (policy?.services ?? []).map((each) => called(names.services(each), each));
          return {
            project: policy?.project ?? "",
            services: own,
            environment: called(names.environments(name, own[0] ?? null), name),
            reason: window.reason,
            when: sayWhen(window),
            timeZone: window.timeZone,
            holds,
            until: end === null ? null : new Date(end).toISOString(),
          };
        }),
    ),
  );
}

/** `every week fri 16:00 to mon 08:00`, `2026-12-20T16:00:00.000Z to 2027-01-02T08:00:00.000Z`. */
function sayWhen({ recurs, from, to }: FreezeWindow): string {
  if (recurs !== null) return `every ${recurs.every} ${recurs.from} to ${recurs.to}`;
  return `${from?.slice(0, 16) ?? "ever"} to ${to?.slice(0, 16) ?? "further notice"}`;
}

export const sayWindow = ({ services, environment }: ProjectWindow): string =>
  services.length === 0 ? environment : `${services.join(", ")} in ${environment}`;
