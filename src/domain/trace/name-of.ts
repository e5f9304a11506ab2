/** What people call an activity. Pure. */
import type { Activity } from "../activity.ts";

type Named = Pick<
  Activity,
  "kind" | "service" | "environment" | "version" | "commitSha" | "externalId" | "tags"
>;

const release = ({ version, commitSha }: Named): string | null => version ?? commitSha?.slice(0, 8) ?? null;

const words = (...parts: Array<string | null | undefined>): string => parts.filter(Boolean).join(" ");

/** `SHOP-12 Pay by card`, `!15 Add a button`, `shop v1.4.2 to prod-eu`, `build-and-test`. Never empty. */
export function nameOf(activity: Named): string {
  const { kind, tags, service, environment, externalId } = activity;
  const said = NAMES[kind]?.(activity) ?? "";
  return said || tags["name"] || tags["title"] || service || environment || externalId || kind;
}

const NAMES: Partial<Record<Activity["kind"], (activity: Named) => string>> = {
  ticket: ({ tags }) => words(tags["key"] ?? numbered("#", tags["number"]), tags["title"]),
  change: ({ tags }) => words(numbered("#", tags["number"]), tags["title"]),
  incident: ({ tags }) => words(tags["key"], tags["title"]),
  deployment: (activity) => {
    const { service, environment, tags } = activity;
    const what = words(service ?? tags["name"], release(activity));
    return words(what, environment === null ? null : `to ${environment}`);
  },
};

const numbered = (sign: string, number: string | undefined): string | null =>
  number === undefined ? null : `${sign}${number}`;
