/** `vice report <dashboard>`: the panels of a dashboard that was saved, configured, sent from a project, or is being written. */
import { z } from "zod";
import type { Block } from "../../../domain/chart/document.ts";
import { panelSchema } from "../../../domain/dashboard/dashboard-schema.ts";
import type { CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import {
  allDashboards,
  type FoundDashboard,
  findDashboard,
  readDashboard,
} from "../dashboards/find-dashboard.ts";
import { blockOf, panelData, panelDataSchema } from "../dashboards/panel-data.ts";
import type { Scope } from "./ask.ts";
import { scopeParams } from "./ask.ts";
import { reportKind } from "./kind.ts";
import { deploymentMarkers, markerSchema, saySpan } from "./over-time.ts";
import { spanInput, spanOf } from "./usual-input.ts";

const output = z.strictObject({
  dashboard: z.string(),
  heading: z.string(),
  about: z.string(),
  origin: z.enum(["saved", "configured", "sent"]),
  from: z.string(),
  to: z.string(),
  tz: z.string().describe("In whose days: as asked, else as the dashboard says"),
  panels: z.array(z.strictObject({ panel: panelSchema, data: panelDataSchema })),
  markers: z.array(markerSchema),
});
type Data = z.output<typeof output>;

/** Panels are asked for a few at a time: others wait for the processes that read, too. */
const AT_ONCE = 2;

export const dashboardReport = reportKind({
  name: "dashboard",
  about: "The panels of a dashboard of your own: vice dashboard list, docs/dashboards.md",
  subject: "NAME",
  input: z.object({
    subject: z.string().optional(),
    draft: z.string().max(200_000).optional().meta({
      file: "content",
      description: "A file with a dashboard that is not saved",
    }),
    ...spanInput,
  }),
  output,
  data: async ({ subject, draft, ...asked }, ctx) => {
    const found = dashboardOf(subject, draft, ctx.services);
    const { dashboard } = found;
    const given = {
      since: asked.since ?? dashboard.since,
      until: asked.until,
      tz: asked.tz ?? dashboard.tz ?? ctx.services.config.timeZone,
    };
    const span = spanOf(given, ctx.now(), 30);
    const { team, environment, tier } = dashboard;
    const scopes = (dashboard.services ?? [undefined]).map((service): Scope => {
      if (service === undefined) return { team, environment, tier };
      return {
        service: String(scopeParams({ service }, span, ctx.services)["service"]),
        team,
        environment,
        tier,
      };
    });
    const panels: Data["panels"] = [];
    for (let at = 0; at < dashboard.panels.length; at += AT_ONCE)
      panels.push(
        ...(await Promise.all(
          dashboard.panels.slice(at, at + AT_ONCE).map(async (panel) => ({
            panel,
            data: await panelData(ctx, panel, { dashboard, scopes, span }),
          })),
        )),
      );
    return {
      ...{ dashboard: found.name, heading: dashboard.title ?? found.name, about: dashboard.about ?? "" },
      origin: found.origin,
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      tz: span.zone,
      panels,
      markers: dashboard.panels.some(
        ({ markers, kind }) => markers && ["line", "bar", "waterfall"].includes(kind),
      )
        ? await markersOf(ctx, scopes, span)
        : [],
    };
  },
  render: (data, { zone, nowMs }) => ({
    title: data.heading,
    summary: [data.about, saySpan(data, zone)].filter((part) => part !== "").join(" · "),
    blocks: together(
      data.panels.flatMap(({ panel, data: own }) =>
        blockOf(own, panel, {
          markers: data.markers,
          span: { fromMs: Date.parse(data.from), toMs: Date.parse(data.to) },
          nowMs,
        }),
      ),
    ),
  }),
});

/** @throws ViceError `not-found`, `project.invalid` */
function dashboardOf(
  name: string | undefined,
  draft: string | undefined,
  services: Services,
): FoundDashboard {
  if (draft !== undefined) {
    const dashboard = readDashboard(draft, name ?? "dashboard");
    return { name: name ?? "draft", origin: "sent", text: draft, dashboard, at: null, by: null };
  }
  if (name === undefined)
    throw new ViceError("usage", { message: "Which dashboard?", hint: "vice dashboard list" });
  const found = findDashboard(services, name);
  if (found !== undefined) return found;
  const known = allDashboards(services).map((each) => each.name);
  throw new ViceError("not-found", {
    ...{ what: "dashboard", name, nearest: nearest(name, known) },
    hint: "List them: vice dashboard list",
  });
}

async function markersOf(
  ctx: CommandContext<Services>,
  scopes: readonly Scope[],
  span: Parameters<typeof deploymentMarkers>[2],
): Promise<Data["markers"]> {
  const each = await Promise.all(scopes.slice(0, 5).map((scope) => deploymentMarkers(ctx, scope, span)));
  return each
    .flat()
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .slice(-30);
}

/** Numbers that stand one behind the other stand side by side. */
function together(blocks: readonly Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    if (block.kind === "figures" && last?.kind === "figures")
      joined[joined.length - 1] = { kind: "figures", figures: [...last.figures, ...block.figures] };
    else joined.push(block);
  }
  return joined;
}

export const isDashboard = (services: Services, name: string): boolean =>
  findDashboard(services, name) !== undefined;
