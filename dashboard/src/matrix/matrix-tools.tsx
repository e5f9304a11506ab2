/** The line above the matrix: filters, grouping, and what they leave. */
import { type ReactElement, useMemo } from "react";
import { Link } from "wouter";
import { count } from "../../../src/kit/count.ts";
import type { StatusItem } from "../api/types.ts";
import { choices, SelectField, ToggleField } from "../parts/field.tsx";
import type { UrlState } from "../parts/url-state.ts";
import { AtField } from "./at-field.tsx";
import type { Matrix, MatrixView } from "./build-matrix.ts";
import { countAttention } from "./count-attention.ts";
import { isFiltered } from "./matrix-view.ts";

const TIERS = choices(["production", "staging", "testing", "development", "ephemeral", "other"]);

interface Props {
  url: UrlState;
  view: MatrixView;
  ephemeral: boolean;
  at: string;
  items: readonly StatusItem[];
  matrix: Matrix;
}

export function MatrixTools({ url, view, ephemeral, at, items, matrix }: Props): ReactElement {
  const teams = useMemo(() => teamsOf(items), [items]);
  return (
    <div className="tools">
      <SelectField
        label="Team"
        any="All teams"
        value={view.team}
        change={(team) => url.set({ team })}
        options={teams}
      />
      <SelectField
        label="Tier"
        any="All tiers"
        value={view.tier}
        change={(tier) => url.set({ tier })}
        options={TIERS}
      />
      <Attention url={url} view={view} items={items} />
      <ToggleField
        label="Group by team"
        on={view.grouped}
        change={(on) => url.set({ group: on ? "team" : "" })}
      />
      <ToggleField
        label="Ephemeral"
        on={ephemeral}
        change={(on) => url.set({ ephemeral: on ? "true" : "" })}
      />
      <AtField at={at} change={(moment) => url.set({ at: moment })} />
      <Link className="button quiet" to="/compare">
        Compare
      </Link>
      <p className="tools-end" aria-live="polite">
        {isFiltered(view)
          ? `${matrix.shown} of ${count(matrix.total, "service")}`
          : count(matrix.total, "service")}
      </p>
    </div>
  );
}

/** How many services need a look, each a filter of one click. */
function Attention({
  url,
  view,
  items,
}: {
  url: UrlState;
  view: MatrixView;
  items: readonly StatusItem[];
}): ReactElement {
  const counts = useMemo(() => countAttention(items), [items]);
  return (
    <fieldset className="attention">
      <legend className="hidden">Only services that need a look</legend>
      {counts.map(({ word, services }) => (
        <button
          key={word}
          type="button"
          className={`chip chip-${word}`}
          aria-pressed={view.only === word}
          disabled={services === 0 && view.only !== word}
          onClick={() => url.set({ only: view.only === word ? "" : word })}
        >
          <span className="tabular">{services}</span> {word}
        </button>
      ))}
    </fieldset>
  );
}

function teamsOf(items: readonly StatusItem[]): ReturnType<typeof choices> {
  const teams = new Set(items.flatMap(({ team }) => (team === null ? [] : [team])));
  return choices([...teams].toSorted());
}
