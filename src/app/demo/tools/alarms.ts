/** Tells of incidents as PagerDuty does (developer docs "Webhooks Overview"), of flags as LaunchDarkly does (docs "Webhooks"). */
import { PEOPLE } from "../company.ts";
import { uuidOf } from "../random.ts";
import type { Hook } from "../story.ts";

const JSON_BODY = { "content-type": "application/json" };

export interface Alarm {
  number: number;
  service: string;
  team: string;
  title: string;
  priority: "P1" | "P2" | "P3";
  login: string;
  beganMs: number;
  /** `null` = it is open. */
  endedMs: number | null;
}

export function alarmHooks(alarm: Alarm): Hook[] {
  const { number, service, team, title, priority, login, beganMs, endedMs } = alarm;
  const id = `Q${uuidOf(`incident ${number}`).slice(0, 12).toUpperCase()}`;
  const tell = (what: "triggered" | "acknowledged" | "resolved", atMs: number): Hook => {
    const event = {
      id: uuidOf(`${id} ${what}`),
      event_type: `incident.${what}`,
      resource_type: "incident",
      occurred_at: new Date(atMs).toISOString(),
      agent: { summary: PEOPLE[login] ?? login, type: "user_reference" },
      data: {
        ...{ id, type: "incident", number, status: what, title, urgency: "high" },
        html_url: `https://example-shop.pagerduty.com/incidents/${id}`,
        created_at: new Date(beganMs).toISOString(),
        service: { summary: service, type: "service_reference" },
        teams: [{ summary: team }],
        priority: { summary: priority },
      },
    };
    return { atMs, source: "pagerduty", headers: JSON_BODY, body: { event } };
  };
  const begun = [tell("triggered", beganMs), tell("acknowledged", beganMs + 90_000)];
  return endedMs === null ? begun : [...begun, tell("resolved", endedMs)];
}

export interface FlagChange {
  flag: string;
  title: string;
  service: string;
  environment: string;
  on: boolean;
  login: string;
  atMs: number;
}

export function flagHook({ flag, title, service, environment, on, login, atMs }: FlagChange): Hook {
  const body = {
    _id: uuidOf(`flag ${flag} ${atMs}`).replaceAll("-", "").slice(0, 24),
    kind: "flag",
    date: atMs,
    name: title,
    accesses: [{ action: "updateOn", resource: `proj/${service}:env/${environment}:flag/${flag}` }],
    titleVerb: `turned ${on ? "on" : "off"} the flag`,
    member: { firstName: PEOPLE[login] ?? login, lastName: "", email: `${login}@shop.example.com` },
    _links: { site: { href: `/${service}/${environment}/features/${flag}` } },
    currentVersion: { key: flag, environments: { [environment]: { on } } },
  };
  return { atMs, source: "launchdarkly", headers: JSON_BODY, body };
}
