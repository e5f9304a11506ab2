/** The filters above the timeline, filled from what the server knows. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { facetsQuery } from "../api/queries.ts";
import { choices, SelectField, TextField } from "../parts/field.tsx";
import type { UrlState } from "../parts/url-state.ts";
import { type FilterKey, fromLocalInput, noFilters, readFilters, toLocalInput } from "./filters.ts";

export const STATUS = choices(["pending", "running", "succeeded", "failed", "canceled", "abandoned"]);
const TIERS = choices(["production", "staging", "testing", "development", "ephemeral", "other"]);
export const KINDS = choices([
  "deployment",
  "build",
  "pipeline",
  "stage",
  "change",
  "ticket",
  "sprint",
  "check",
  "exposure",
  "incident",
  "action",
]);

export function TimelineFilters({ url, all }: { url: UrlState; all: boolean }): ReactElement {
  const facets = useQuery(facetsQuery).data;
  const bind = (key: FilterKey) => ({
    value: url.get(key),
    change: (value: string) => url.set({ [key]: value }),
  });
  const time = (key: "since" | "until") => ({
    value: toLocalInput(url.get(key)),
    change: (value: string) => url.set({ [key]: fromLocalInput(value) }),
  });
  const environments = facets?.environments.flatMap(({ name }) => (name === null ? [] : [name])) ?? [];
  const count = Object.keys(readFilters(url)).length;
  return (
    <details className="filters" open={innerWidth >= 720 || undefined}>
      <summary>Filters{count > 0 && ` (${count})`}</summary>
      <div className="tools">
        <SelectField
          label="Service"
          any="All services"
          {...bind("service")}
          options={choices(facets?.services ?? [])}
        />
        <SelectField
          label="Environment"
          any="All environments"
          {...bind("environment")}
          options={choices(environments)}
        />
        <SelectField label="Status" any="Any status" {...bind("status")} options={STATUS} />
        <SelectField label="Team" any="All teams" {...bind("team")} options={choices(facets?.teams ?? [])} />
        <SelectField
          label="Tool"
          any="All tools"
          {...bind("source")}
          options={choices(facets?.sources ?? [])}
        />
        <SelectField label="Tier" any="All tiers" {...bind("tier")} options={TIERS} />
        <SelectField label="Who" any="Anyone" {...bind("actor")} options={choices(facets?.actors ?? [])} />
        {all && <SelectField label="Kind" any="All kinds" {...bind("kind")} options={KINDS} />}
        <TextField label="Since" type="datetime-local" {...time("since")} />
        <TextField label="Until" type="datetime-local" {...time("until")} />
        {count > 0 && (
          <button type="button" className="button quiet" onClick={() => url.set(noFilters())}>
            Clear filters
          </button>
        )}
      </div>
    </details>
  );
}
