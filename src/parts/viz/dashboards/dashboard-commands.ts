/**
 * `vice dashboard list|show|save|remove`: dashboards that are kept by name. They are events of the log, like saved queries:
 * whoever may write can make one in the page and in the terminal, it survives a restart and a rebuild, and the audit says
 * who changed it.
 */
import { z } from "zod";
import { DASHBOARD_NAME } from "../../../domain/dashboard/dashboard-schema.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { Command, CommandContext } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import { toViceError, ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { printable, table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { dashboardReport } from "../reports/dashboard.ts";
import { REPORT_KINDS } from "../reports/table.ts";
import { allDashboards, type FoundDashboard, findDashboard, readDashboard } from "./find-dashboard.ts";

const shown = z.strictObject({
  name: z.string(),
  title: z.string(),
  about: z.string(),
  origin: z.enum(["saved", "configured", "built-in"]),
  panels: z.int().nullable().describe("null = built in"),
  needs: z
    .string()
    .nullable()
    .describe("The second word that it cannot do without: SERVICE, ID; null = none"),
  at: z.string().nullable().describe("When it was saved"),
  by: z.string().nullable().describe("As in the audit log"),
});

const viewOf = ({ name, dashboard, origin, at, by }: FoundDashboard): z.output<typeof shown> => ({
  ...{ name, title: dashboard.title ?? name, about: dashboard.about ?? "" },
  origin: origin === "sent" ? "saved" : origin,
  ...{ panels: dashboard.panels.length, needs: null, at, by },
});

/** The report of a project goes by the project's own name, that of a dashboard by the dashboard's. */
const BY_OTHER_NAMES = new Set(["project", "dashboard"]);

const builtIn = REPORT_KINDS.filter(({ name }) => !BY_OTHER_NAMES.has(name)).map(
  ({ name, about, input, subject = null }): z.output<typeof shown> => ({
    ...{ name, title: name, about, origin: "built-in", panels: null, at: null, by: null },
    needs: input.safeParse({}).success ? null : subject,
  }),
);

const empty = z.object({});
const listOutput = z.strictObject({ items: z.array(shown) });
const list: Command<Services, typeof empty, typeof listOutput> = {
  id: "viz.dashboard-list",
  words: ["dashboard", "list"],
  part: "viz",
  summary: "List the dashboards: those of your own, and the reports that are built in.",
  examples: ["vice dashboard list", "vice report overview"],
  effect: "read",
  positional: [],
  input: empty,
  output: listOutput,
  list: "items",
  http: { method: "GET", path: "/v1/dashboards" },
  run: (_, { services }) => ({ items: [...allDashboards(services).map(viewOf), ...builtIn] }),
  text: ({ items }, style) =>
    table(
      items,
      [
        {
          title: "dashboard",
          value: ({ name, needs }) => (needs === null ? name : `${name} ${needs}`),
          paint: (text) => style.color("bold", text),
        },
        { title: "panels", value: (row) => (row.panels === null ? "built in" : String(row.panels)) },
        { title: "saved", value: (row) => (row.at === null ? "-" : sayAgo(row.at, style.nowMs)) },
        { title: "about", value: (row) => row.about || row.title, flexible: true },
      ],
      style,
    ),
};

const named = z.object({ name: z.string().trim().min(1) });
const showOutput = z.strictObject({ name: z.string(), origin: shown.shape.origin, text: z.string() });
const show: Command<Services, typeof named, typeof showOutput> = {
  id: "viz.dashboard-show",
  words: ["dashboard", "show"],
  part: "viz",
  summary: "Show a dashboard as it was written.",
  examples: ["vice dashboard show payments > dashboards/payments.yaml"],
  effect: "read",
  positional: ["name"],
  input: named,
  output: showOutput,
  http: { method: "GET", path: "/v1/dashboards/:name" },
  run: ({ name }, { services }) => {
    const found = wanted(name, services);
    const text = found.text ?? `${JSON.stringify(found.dashboard, null, 2)}\n`;
    return { name: found.name, origin: found.origin === "configured" ? "configured" : "saved", text };
  },
  text: ({ text }) => text.trimEnd(),
};

const saveInput = z.object({
  name: z.string().trim().min(1),
  text: z
    .string()
    .min(1)
    .max(200_000)
    .meta({ file: "content" })
    .describe("The YAML of it: docs/dashboards.md"),
});
const saveOutput = shown.extend({
  problems: z
    .array(z.strictObject({ panel: z.string(), problem: z.string() }))
    .describe("Panels that show nothing as they are; the dashboard is saved all the same"),
});
const save: Command<Services, typeof saveInput, typeof saveOutput> = {
  id: "viz.dashboard-save",
  words: ["dashboard", "save"],
  part: "viz",
  summary: "Keep a dashboard by name, for everybody.",
  examples: ["vice dashboard save payments dashboards/payments.yaml", "vice report payments"],
  effect: "write",
  positional: ["name", "text"],
  input: saveInput,
  output: saveOutput,
  run: async ({ name, text }, ctx) => {
    if (!DASHBOARD_NAME.test(name) || REPORT_KINDS.some((kind) => kind.name === name))
      throw new ViceError("input.invalid", {
        message: `"${name}" cannot be the name of a dashboard.`,
        hint: "Take letters, digits, dots and dashes, and none of the built-in names: vice dashboard list",
      });
    readDashboard(text, `${name}.yaml`);
    await recordEvents(ctx, [saidEvent(ctx, "vice.dashboard.saved.v1", name, { name, text })]);
    return { ...viewOf(wanted(name, ctx.services)), problems: await problemsOf(name, text, ctx) };
  },
  text: ({ name, panels, problems }, style) =>
    [
      ...problems.map(({ panel, problem }) =>
        style.color("yellow", printable(`The panel "${panel}" shows nothing: ${problem}`)),
      ),
      `Saved ${name} with ${count(panels ?? 0, "panel")}. See it: vice report ${name}`,
    ].join("\n"),
};

/** Draws it once: a name that is mistyped in a query is seen at once, and not when somebody looks. */
async function problemsOf(
  name: string,
  draft: string,
  ctx: CommandContext<Services>,
): Promise<z.output<typeof saveOutput>["problems"]> {
  try {
    const { panels } = await dashboardReport.data({ subject: name, draft }, ctx);
    return panels.flatMap(({ panel, data }) =>
      data.problem == null ? [] : [{ panel: panel.title, problem: data.problem }],
    );
  } catch (error) {
    return [{ panel: "all", problem: toViceError(error).message }];
  }
}

const removeOutput = z.strictObject({ name: z.string() });
const remove: Command<Services, typeof named, typeof removeOutput> = {
  id: "viz.dashboard-remove",
  words: ["dashboard", "remove"],
  part: "viz",
  summary: "Forget a saved dashboard.",
  examples: ["vice dashboard remove payments"],
  effect: "write",
  positional: ["name"],
  input: named,
  output: removeOutput,
  run: async ({ name }, ctx) => {
    const found = wanted(name, ctx.services);
    if (found.origin !== "saved")
      throw new ViceError("conflict", {
        message: `"${found.name}" stands in vice.server.yaml.`,
        hint: "Take it out there.",
      });
    await recordEvents(ctx, [saidEvent(ctx, "vice.dashboard.removed.v1", found.name, { name: found.name })]);
    return { name: found.name };
  },
  text: ({ name }) => `Removed ${name}.`,
};

/** @throws ViceError `not-found` */
function wanted(name: string, services: Services): FoundDashboard {
  const found = findDashboard(services, name);
  if (found !== undefined) return found;
  const known = allDashboards(services).map((each) => each.name);
  throw new ViceError("not-found", {
    ...{ what: "dashboard", name, nearest: nearest(name, known) },
    hint: "List them: vice dashboard list",
  });
}

export const dashboardCommands = [list, show, save, remove] as ReadonlyArray<Command<Services>>;
