/** The fields that say what a rule is about, with what is known as suggestions; all empty = everything. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { facetsQuery } from "../api/queries.ts";
import { choices, SelectField, TextField } from "../parts/field.tsx";
import { type ScopeWords, TIERS } from "./scope-words.ts";

export type ScopeField = "service" | "team" | "environment" | "tier";
export const ALL_FIELDS: readonly ScopeField[] = ["service", "team", "environment", "tier"];

interface Props {
  fields: readonly ScopeField[];
  words: ScopeWords;
  change: (words: ScopeWords) => void;
}

const LABELS = { service: "Service", team: "Team", environment: "Environment" } as const;

export function ScopeFields({ fields, words, change }: Props): ReactElement {
  const facets = useQuery(facetsQuery).data;
  const known = {
    service: facets?.services ?? [],
    team: facets?.teams ?? [],
    environment: facets?.environments.flatMap(({ name }) => name ?? []) ?? [],
  };
  return (
    <fieldset className="rule-scope">
      <legend className="hidden">What it is about; empty means any</legend>
      {fields.map((field) =>
        field === "tier" ? (
          <SelectField
            key={field}
            label="Tier"
            value={words.tier ?? ""}
            change={(tier) => change({ ...words, tier })}
            options={choices(TIERS)}
            any="Any"
          />
        ) : (
          <TextField
            key={field}
            label={LABELS[field]}
            value={words[field] ?? ""}
            change={(value) => change({ ...words, [field]: value })}
            list={known[field]}
          />
        ),
      )}
    </fieldset>
  );
}
