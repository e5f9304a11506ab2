/**
 * Source: webhook notifications of Atlassian Statuspage, and of status pages that send the same (Statuspage docs "Enable
 * webhook notifications").
 *
 * Key: identityKind `incident`, externalId `<page>/<incident>`. Planned maintenance is no incident. A page of somebody else
 * tells of somebody else's service: a rule gives it the name of yours.
 */
import { z } from "zod";
import type { Step, Transition } from "../../domain/transition.ts";
import { toIso } from "../../kit/time.ts";
import { defineSource, type Reading } from "../../ports/source.ts";
import { byEvent, ignored, type Readout } from "./by-event.ts";
import { list, loose, part } from "./loose.ts";
import { lookUp, tagsOf, text, webUrl } from "./shaping.ts";

const schema = z.looseObject({
  page: part({ id: loose }),
  component_update: part({ new_status: loose }),
  incident: part({
    id: loose,
    name: loose,
    status: loose,
    impact: loose,
    created_at: loose,
    started_at: loose,
    updated_at: loose,
    resolved_at: loose,
    shortlink: loose,
    scheduled_for: loose,
    components: list({ name: loose }),
    incident_updates: list({ display_at: loose, affected_components: list({ name: loose }) }),
  }),
});
type Incident = NonNullable<z.infer<typeof schema>["incident"]>;

const STEP_OF_STATUS: Readonly<Record<string, Step>> = {
  investigating: "running",
  identified: "running",
  monitoring: "running",
  resolved: "succeeded",
  postmortem: "succeeded",
};

/** Components that it is about, each once. */
function componentsOf({ components, incident_updates: updates }: Incident): string[] {
  const affected = (updates ?? []).flatMap((update) => update?.affected_components ?? []);
  const named = [...(components ?? []), ...affected].flatMap((one) => text(one?.name) ?? []);
  return [...new Set(named)];
}

/**
 * `started_at`, else the earliest time that its updates are shown with (`display_at`, which may be set back), is when it began;
 * `created_at` is when the page told of it. Without the former, only the latter is known.
 */
function beginOf({ started_at, created_at, incident_updates: updates }: Incident): {
  startedAt: string | null;
  toldAt: string | null;
} {
  const told = toIso(created_at);
  const shown = (updates ?? []).flatMap((update) => toIso(update?.display_at) ?? []).sort()[0];
  const begun = toIso(started_at) ?? shown ?? null;
  if (begun === null || told === null) return { startedAt: begun ?? told, toldAt: null };
  return { startedAt: begun < told ? begun : told, toldAt: told };
}

function readIncident({ body, instance }: Reading): Readout {
  const parsed = schema.safeParse(body);
  const incident = parsed.data?.incident;
  const id = text(incident?.id);
  if (!parsed.success || !incident || id === null) return "incident.id";
  const step = lookUp(STEP_OF_STATUS, text(incident.status));
  if (step === undefined) return ignored(`status "${text(incident.status, 50)}" is maintenance or unknown`);
  const components = componentsOf(incident);
  const { startedAt, toldAt } = beginOf(incident);
  const at =
    step === "succeeded"
      ? (toIso(incident.resolved_at) ?? toIso(incident.updated_at))
      : toIso(incident.updated_at);
  const transition: Transition = {
    object: {
      identityKind: "incident",
      source: "statuspage",
      instance: instance ?? "statuspage",
      externalId: `${text(parsed.data.page?.id) ?? "-"}/${id}`,
      attempt: 1,
    },
    step,
    at,
    // A status that goes back from resolved opens it again.
    reopens: true,
    facts: {
      kind: "incident",
      service: components.length === 1 ? (components[0] ?? null) : null,
      startedAt,
      url: webUrl(incident.shortlink),
      tags: tagsOf({
        title: incident.name,
        toldAt,
        severity: incident.impact,
        "statuspage.status": incident.status,
        "statuspage.components": components.join(", "),
      }),
    },
  };
  return [transition];
}

function eventOf({ body }: Reading): string | null {
  const data = schema.safeParse(body).data;
  if (data?.incident) return "incident";
  return data?.component_update ? "component_update" : null;
}

export default defineSource({
  name: "statuspage",
  title: "Statuspage",
  schemes: [],
  deliveryId: () => null,
  normalise: byEvent({
    name: "statuspage",
    title: "Statuspage",
    field: "incident",
    eventOf,
    readers: { incident: readIncident },
  }),
  setup: [
    "On the page choose Subscribe to updates and the tab for webhooks (its owner allows it under Subscribers > Options > Settings).",
    "Nothing is signed: enter the address above with the secret as its last part, /hooks/statuspage/main/SECRET, and your mail address.",
    "An incident with one component counts for the service of that name; a rule gives it another.",
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      meta: { generated_at: "2026-11-20T10:30:01.000Z" },
      page: { id: "vicetest0001", status_indicator: "none", status_description: "All Systems Operational" },
      incident: {
        id: "vicetest0042",
        page_id: "vicetest0001",
        name: "Checkout is slow",
        status: "resolved",
        impact: "major",
        created_at: "2026-11-20T10:00:00.000Z",
        updated_at: "2026-11-20T10:30:00.500Z",
        resolved_at: "2026-11-20T10:30:00.000Z",
        shortlink: "https://stspg.io/vicetest",
        components: [{ id: "c1", name: "shop", status: "operational" }],
        incident_updates: [],
      },
    },
  },
});
