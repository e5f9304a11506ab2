/** What an activity has that may explain how it went: tags, tool, service, team, environment. Never persons. Pure. */
import type { Activity } from "../activity.ts";
import { stepNameOf } from "../durations/step.ts";

/** Tags that are another one each time, or say what the outcome was. */
const SAYS_NOTHING =
  /(^|\.)(title|number|key|shortsha|mergecommitsha|id|url|sha|conclusion|state|status|resolution|reason|message|error|reportedservice|name|runid|exitcode|exit|signal|result|outcome|success|environmenturl|startedat|finishedat|plannedend|plannedstart|host\.pid)$|(user|actor|author|login|email|reviewers?|assignee|owner|(?:requested|started|triggered|deployed|approved|created)[_-]?by)/i;
const LONGEST = 100;

export function factsOf(activity: Activity): Array<readonly [key: string, value: string]> {
  const { kind, source, instance, service, team, environment, tier, ref, tags } = activity;
  const own: ReadonlyArray<readonly [string, string | null]> = [
    ["kind", kind],
    ["step", `${kind}/${stepNameOf(activity)}`],
    ["source", source],
    ["instance", instance],
    ["service", service],
    ["team", team],
    ["environment", environment],
    ["tier", tier],
    ["ref", ref],
  ];
  const said = Object.entries(tags).filter(
    ([key, value]) => !SAYS_NOTHING.test(key) && value.length <= LONGEST,
  );
  return [...own, ...said].flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]));
}
