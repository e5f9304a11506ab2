/**
 * `vice report incident ID`: what happened around an incident, in order of time, as a draft for looking back together.
 * Blameless: it names services, tools and changes, never persons, and counts nobody.
 */
import { z } from "zod";
import type { Activity } from "../../../domain/activity.ts";
import type { Tone, Waterfall } from "../../../domain/chart/chart.ts";
import type { Block, Figure } from "../../../domain/chart/document.ts";
import { sayMs } from "../../../domain/chart/say-value.ts";
import { sayMoment } from "../../../domain/chart/time-axis.ts";
import { ViceError } from "../../../kit/errors.ts";
import { sayRelease, sayTool } from "../say.ts";
import { reportKind } from "./kind.ts";

const HOUR = 3_600_000;
const KINDS = ["deployment", "exposure", "action", "incident", "pipeline"] as const;
/** More is no timeline any more. */
const MOST = 200;

const entry = z.strictObject({
  at: z.string(),
  endedAt: z.string().nullable(),
  kind: z.string(),
  what: z.string(),
  service: z.string().nullable(),
  environment: z.string().nullable(),
  status: z.string().nullable(),
  id: z.string(),
  same: z.boolean().describe("Of the service of the incident"),
});
const deployment = z.strictObject({
  id: z.string(),
  at: z.string(),
  release: z.string(),
  environment: z.string().nullable(),
});
const output = z.strictObject({
  incident: z.strictObject({
    id: z.string(),
    title: z.string(),
    service: z.string().nullable(),
    environment: z.string().nullable(),
    severity: z.string().nullable(),
    beganAt: z.string(),
    endedAt: z.string().nullable().describe("null = still open"),
    durationMs: z.number().describe("Until it ended, or until now"),
    url: z.string().nullable(),
  }),
  ranThen: deployment.nullable().describe("The newest deployment of the service when it began"),
  nextDeployment: deployment.nullable().describe("The first success of the service after it began"),
  from: z.string(),
  to: z.string(),
  timeline: z.array(entry),
});
type Data = z.output<typeof output>;

export const incidentReport = reportKind({
  name: "incident",
  about:
    "The timeline of an incident: deployments, flags, local actions around it; blameless, a draft for looking back",
  subject: "ID",
  input: z.object({
    subject: z.string(),
    hours: z.number().positive().max(720).default(6).describe("How far before it to look"),
  }),
  output,
  data: ({ subject, hours }, { services, now }) => {
    const { store } = services;
    const found = store.read.activity(store.resolveId(subject), now());
    if (found === null)
      throw new ViceError("not-found", {
        what: "incident",
        name: subject,
        hint: "List them: vice activities --kind incident",
      });
    if (found.kind !== "incident")
      throw new ViceError("input.invalid", {
        message: `${subject} is a ${found.kind}, no incident.`,
        hint: "List them: vice activities --kind incident",
      });
    const beganMs = Date.parse(found.startedAt ?? found.occurredAt);
    const endMs = found.finishedAt === null ? now() : Date.parse(found.finishedAt);
    const [sinceMs, untilMs] = [beganMs - hours * HOUR, Math.min(now(), endMs + HOUR) + 1];
    const around = KINDS.flatMap(
      (kind) => store.read.activities({ kind, sinceMs, untilMs }, MOST, null, now()).items,
    ).filter((each) => isNear(each, found));
    const own = found.service === null ? [] : deploymentsOf(found, store.read, now());
    return {
      incident: {
        ...{ id: found.id, title: titleOf(found), service: found.service, environment: found.environment },
        severity: found.tags["severity"] ?? null,
        beganAt: new Date(beganMs).toISOString(),
        ...{ endedAt: found.finishedAt, durationMs: endMs - beganMs, url: found.url },
      },
      ranThen: toDeployment(own.filter((each) => endOf(each) <= beganMs).at(-1)),
      nextDeployment: toDeployment(own.find((each) => endOf(each) > beganMs)),
      ...{ from: new Date(sinceMs).toISOString(), to: new Date(untilMs).toISOString() },
      timeline: around
        .map((each) => entryOf(each, found))
        .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
        .slice(-MOST),
    };
  },
  render: (data, { nowMs, zone }) => {
    const { title, endedAt, durationMs, service, environment } = data.incident;
    const where = [service, environment].filter((each) => each !== null).join(" in ");
    return {
      title: `${title}: ${endedAt === null ? "open since" : "over after"} ${sayMs(durationMs)}`,
      summary: `${where === "" ? "" : `${where}. `}What happened, not who did it: no persons are named here.`,
      blocks: [figuresOf(data, zone), waterfallOf(data, nowMs), timelineOf(data, zone), ...QUESTIONS],
    };
  },
});

const titleOf = (found: Activity): string =>
  found.tags["title"] ?? found.tags["reason"] ?? found.error ?? "Incident";
const endOf = ({ finishedAt, occurredAt }: Activity): number => Date.parse(finishedAt ?? occurredAt);

/** Of its service whatever it was; of others only what may reach it: what was done in the same environment, or in production. */
function isNear(each: Activity, incident: Activity): boolean {
  if (each.id === incident.id || each.primaryId !== null) return false;
  if (incident.service !== null && each.service === incident.service) return true;
  if (each.kind === "pipeline") return false;
  if (each.kind !== "deployment") return true;
  return incident.environment === null
    ? each.tier === "production"
    : each.environment?.toLowerCase() === incident.environment.toLowerCase();
}

/** Successes of the service, oldest first, where the incident was (or in production). */
function deploymentsOf(
  { service, environment, startedAt, occurredAt }: Activity,
  read: { activities: (filter: object, limit: number, cursor: null, nowMs: number) => { items: Activity[] } },
  nowMs: number,
): Activity[] {
  const beganMs = Date.parse(startedAt ?? occurredAt);
  const filter = {
    ...{ kind: "deployment", status: "succeeded", service },
    ...(environment === null ? { tier: "production" } : { environment }),
  };
  const before = read.activities({ ...filter, untilMs: beganMs + 1 }, 1, null, nowMs).items;
  const after = read.activities({ ...filter, sinceMs: beganMs }, MOST, null, nowMs).items;
  return [...before, ...after.reverse()];
}

const toDeployment = (each: Activity | undefined): Data["ranThen"] =>
  each === undefined
    ? null
    : {
        id: each.id,
        at: new Date(endOf(each)).toISOString(),
        release: sayRelease(each),
        environment: each.environment,
      };

const entryOf = (each: Activity, incident: Activity): Data["timeline"][number] => ({
  at: each.startedAt ?? each.occurredAt,
  endedAt: each.finishedAt,
  kind: each.deploymentKind ?? each.kind,
  what: [
    each.kind === "deployment"
      ? sayRelease(each)
      : (each.tags["title"] ?? each.tags["name"] ?? sayTool(each)),
    sayTool(each),
  ]
    .filter((word, at, all) => all.indexOf(word) === at)
    .join(" by "),
  ...{ service: each.service, environment: each.environment, status: each.status, id: each.id },
  same: incident.service !== null && each.service === incident.service,
});

function figuresOf({ incident, ranThen, nextDeployment }: Data, zone: string): Block {
  const began = Date.parse(incident.beganAt);
  const figures: Figure[] = [
    {
      ...{ label: incident.endedAt === null ? "Open for" : "Lasted", value: incident.durationMs, unit: "ms" },
      note: `began ${sayMoment(began, zone)}${incident.severity === null ? "" : `, ${incident.severity}`}`,
    },
    {
      ...{
        label: "After the deployment before",
        value: ranThen === null ? null : began - Date.parse(ranThen.at),
        unit: "ms",
      },
      reason: "no deployment of it is known before",
      ...(ranThen === null ? {} : { note: `${ranThen.release} ran then; that is near in time, no proof` }),
    },
    {
      label: "Until the next deployment",
      value: nextDeployment === null ? null : Date.parse(nextDeployment.at) - began,
      ...{ unit: "ms", reason: "nothing of it was deployed since" },
      ...(nextDeployment === null ? {} : { note: nextDeployment.release }),
    },
  ];
  return { kind: "figures", figures };
}

const TONES: Readonly<Record<string, Tone>> = {
  succeeded: "ok",
  failed: "bad",
  running: "run",
  pending: "run",
};

function waterfallOf(data: Data, nowMs: number): Block {
  const { incident, timeline } = data;
  const own = {
    ...{
      label: incident.title,
      depth: 0,
      tone: "warn" as const,
      word: incident.endedAt === null ? "open" : "over",
    },
    startMs: Date.parse(incident.beganAt),
    endMs: incident.endedAt === null ? null : Date.parse(incident.endedAt),
  };
  const spans: Waterfall["spans"] = timeline
    .filter((each) => each.same)
    .map((each) => ({
      ...{ label: `${each.kind} ${each.what}`, depth: 0, tone: TONES[each.status ?? ""] ?? "plain" },
      startMs: Date.parse(each.at),
      endMs: each.endedAt === null && each.status === "running" ? null : Date.parse(each.endedAt ?? each.at),
      ...(each.status === null ? {} : { word: each.status }),
    }));
  const all = [...spans, own].sort((a, b) => a.startMs - b.startMs);
  const name = incident.service ?? "the incident";
  return {
    kind: "chart",
    chart: { kind: "waterfall", title: `What happened to ${name}`, nowMs, spans: all },
  };
}

const timelineOf = ({ timeline, incident }: Data, zone: string): Block => {
  const rows = [
    ...timeline.map((each) => ({ ms: Date.parse(each.at), cells: cellsOf(each) })),
    {
      ms: Date.parse(incident.beganAt),
      cells: ["incident began", incident.title, incident.service ?? "–", incident.environment ?? "–", ""],
    },
    ...(incident.endedAt === null
      ? []
      : [
          {
            ms: Date.parse(incident.endedAt),
            cells: [
              "incident ended",
              incident.title,
              incident.service ?? "–",
              incident.environment ?? "–",
              "",
            ],
          },
        ]),
  ].sort((a, b) => a.ms - b.ms);
  return {
    kind: "table",
    title: "Timeline",
    table: {
      columns: ["when", "what", "", "service", "environment", "state"].map((title) => ({ title })),
      rows: rows.map(({ ms, cells }) => [sayMoment(ms, zone), ...cells]),
    },
  };
};

const cellsOf = ({ kind, what, service, environment, status }: Data["timeline"][number]): string[] => [
  ...[kind, what, service ?? "–", environment ?? "–", status ?? "–"],
];

/** What a look back asks; the answers are people's. */
const QUESTIONS: readonly Block[] = [
  { kind: "heading", text: "Looking back" },
  {
    kind: "list",
    items: [
      "How did we notice, and how could we have noticed earlier?",
      "What made sense to those who acted, with what they knew then?",
      "What helped, and what stood in the way?",
      "What do we change in the system, so that the same step would do no harm next time?",
    ],
  },
];
