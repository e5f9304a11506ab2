/** The filters of the traces: keys of the address, which are the parameters of `GET /v1/traces` too. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { facetsQuery } from "../api/queries.ts";
import { choices, SelectField } from "../parts/field.tsx";
import type { UrlState } from "../parts/url-state.ts";
import { KINDS, STATUS } from "../timeline/timeline-filters.tsx";

const KEYS = ["service", "team", "environment", "kind", "source", "status", "longer", "slower"] as const;
type Key = (typeof KEYS)[number] | "since";

export const USUAL_DAYS = 30;
const SINCE = [7, 30, 90, 365].map((days) => ({ value: `${days}d`, label: `${days} days` }));

const words = (value: string): string => value.replace(/(\d+)m$/, "$1 min").replace(/(\d)([hdw])$/, "$1 $2");
const LONGER = ["10m", "1h", "6h", "1d", "3d", "1w"].map((value) => ({
  value,
  label: `Longer than ${words(value)}`,
}));
const SLOWER = ["1m", "5m", "10m", "30m", "1h", "6h"].map((value) => ({
  value,
  label: `A step over ${words(value)}`,
}));

export function readWorkFilters(url: UrlState): Record<string, string> {
  const said = KEYS.flatMap((key) => (url.get(key) === "" ? [] : [[key, url.get(key)] as const]));
  return { since: url.get("since") || `${USUAL_DAYS}d`, ...Object.fromEntries(said) };
}

/** How many days that is, for the question about differences. */
export const daysOf = (since: string): string => String(Number(/^(\d+)d$/.exec(since)?.[1] ?? USUAL_DAYS));

export const noWorkFilters = (): Record<string, string> =>
  Object.fromEntries([...KEYS, "chosen"].map((key) => [key, ""]));

export function WorkFilters({ url }: { url: UrlState }): ReactElement {
  const facets = useQuery(facetsQuery).data;
  // What was drawn in the chart stands for other dots when other work is shown.
  const bind = (key: Key) => ({
    value: url.get(key),
    change: (value: string) => url.set({ [key]: value, chosen: "" }),
  });
  const environments = facets?.environments.flatMap(({ name }) => (name === null ? [] : [name])) ?? [];
  const count = KEYS.filter((key) => url.get(key) !== "").length;
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
        <SelectField label="Holds what is" any="Any status" {...bind("status")} options={STATUS} />
        <SelectField label="Holds a" any="Any kind" {...bind("kind")} options={KINDS} />
        <SelectField
          label="Tool"
          any="All tools"
          {...bind("source")}
          options={choices(facets?.sources ?? [])}
        />
        <SelectField label="Team" any="All teams" {...bind("team")} options={choices(facets?.teams ?? [])} />
        <SelectField label="Took longer than" any="Any duration" {...bind("longer")} options={LONGER} />
        <SelectField label="Has a step slower than" any="Any steps" {...bind("slower")} options={SLOWER} />
        <SelectField
          label="Since"
          any={`${USUAL_DAYS} days`}
          {...bind("since")}
          options={SINCE.filter(({ value }) => value !== `${USUAL_DAYS}d`)}
        />
        {count > 0 && (
          <button type="button" className="button quiet" onClick={() => url.set(noWorkFilters())}>
            Clear filters
          </button>
        )}
      </div>
    </details>
  );
}
