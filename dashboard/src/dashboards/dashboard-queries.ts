/** What the pages of dashboards ask the server for. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { ReportDocument } from "../../../src/domain/chart/document.ts";
import { command, get, withParams } from "../api/client.ts";

export interface DashboardRow {
  name: string;
  title: string;
  about: string;
  origin: "saved" | "configured" | "built-in";
  panels: number | null;
  /** The word that it cannot do without; `null` = none. */
  needs: string | null;
  at: string | null;
  by: string | null;
}

export interface ReportAnswer {
  report: string;
  timeZone: string;
  generatedAt: string;
  document: ReportDocument;
}

export const dashboardsQuery = queryOptions({
  queryKey: ["dashboards"],
  queryFn: () => get<{ items: DashboardRow[] }>("/v1/dashboards"),
});

export interface SubjectChoice {
  value: string;
  label: string;
}

interface Named {
  items: Array<{ id: string; name: string; occurredAt: string; tags: Record<string, string | undefined> }>;
}

/** What a report may be about, by the word that it needs. */
const SUBJECTS: Readonly<Record<string, () => Promise<SubjectChoice[]>>> = {
  SERVICE: async () => {
    const { services } = await get<{ services: Array<{ service: string }> }>("/v1/names");
    return services.map(({ service }) => ({ value: service, label: service }));
  },
  ID: async () => {
    const { items } = await get<Named>(withParams("/v1/activities", { kind: "incident", limit: 100 }));
    return items.map(({ id, occurredAt, tags }) => ({
      value: id,
      label: `${[tags["key"], tags["title"] ?? "an incident"].filter(Boolean).join(" ")}, ${occurredAt.slice(0, 10)}`,
    }));
  },
  SERIES: async () => {
    const { items } = await get<{ items: Array<{ name: string }> }>("/v1/series");
    return [...new Set(items.map(({ name }) => name))].map((name) => ({ value: name, label: name }));
  },
};

export const subjectsQuery = (needs: string | null) =>
  queryOptions({
    queryKey: ["report-subjects", needs],
    queryFn: () => SUBJECTS[needs ?? ""]?.() ?? [],
    enabled: needs !== null,
  });

export const dashboardTextQuery = (name: string) =>
  queryOptions({
    queryKey: ["dashboards", name, "text"],
    queryFn: () =>
      get<{ name: string; text: string; origin: string }>(`/v1/dashboards/${encodeURIComponent(name)}`),
    enabled: name !== "",
  });

/** Empty = not asked for. */
interface ReportAsked {
  /** What it is about, for kinds that need it. */
  subject: string;
  since: string;
  service: string;
}

export const reportQuery = (name: string, { subject, since, service }: ReportAsked) =>
  queryOptions({
    queryKey: ["report", name, subject, since, service],
    queryFn: () =>
      get<ReportAnswer>(
        withParams(`/v1/report/${encodeURIComponent(name)}`, {
          format: "document",
          subject: subject === "" ? null : subject,
          since: since === "" ? null : since,
          service: service === "" ? null : service,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

/** What is being written, drawn without being kept. */
export const draftQuery = (draft: string) =>
  queryOptions({
    queryKey: ["report", "draft", draft],
    queryFn: () => command<ReportAnswer>("viz.report", { project: "dashboard", draft, format: "document" }),
    enabled: draft.trim() !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });

export interface DoraRows {
  /** Time zone in which the number was counted. */
  tz: string;
  metric: string;
  from: string;
  to: string;
  items: ReadonlyArray<{
    deployment: string;
    at: string;
    service: string | null;
    environment: string | null;
    release: string | null;
    value: number | null;
    commit: string | null;
    change: string | null;
    commitFrom: string | null;
    because: readonly string[];
  }>;
  /** Deployments that are left out, because nobody watches their services. */
  unwatched: number;
  truncated: boolean;
}

/** @param search the address of the page behind its `?`: what the number was asked with */
export const doraRowsQuery = (search: string) =>
  queryOptions({
    queryKey: ["report", "dora", "rows", search],
    queryFn: () => get<DoraRows>(`/v1/metrics/dora/rows?${search}`),
  });
