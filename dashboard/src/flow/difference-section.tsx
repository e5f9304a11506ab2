/** Asks what is different about what failed or took long. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { useUrlState } from "../parts/url-state.ts";
import { differencesQuery, type Scope } from "./flow-queries.ts";
import type { Differences } from "./flow-types.ts";
import { Section } from "./section.tsx";

const CHOICES: ReadonlyArray<{ value: string; says: string; asks: Record<string, string | null> }> = [
  { value: "", says: "Failed", asks: { status: "failed", slowerThan: null } },
  { value: "10m", says: "Longer than 10 min", asks: { status: null, slowerThan: "10m" } },
  { value: "1h", says: "Longer than 1 h", asks: { status: null, slowerThan: "1h" } },
];
const SHOWN = 10;

export function DifferenceSection({ scope }: { scope: Scope }): ReactElement {
  const { get, set } = useUrlState();
  const chosen = CHOICES.find(({ value }) => value === get("odd")) ?? CHOICES[0];
  const query = useQuery(differencesQuery(scope, chosen?.asks ?? {}));
  return (
    <Section title="What is different about these?" query={query}>
      {(answer) => (
        <>
          <label className="flow-choice">
            <span>Traces that</span>
            <select value={chosen?.value} onChange={(event) => set({ odd: event.target.value })}>
              {CHOICES.map(({ value, says }) => (
                <option key={value} value={value}>
                  {says}
                </option>
              ))}
            </select>
          </label>
          <p>{answer.title}.</p>
          {answer.items.length > 0 && <DifferenceTable answer={answer} />}
          <p className="sub">Method: {answer.method}.</p>
        </>
      )}
    </Section>
  );
}

function DifferenceTable({ answer }: { answer: Differences }): ReactElement {
  return (
    <ScrollArea label="Differences">
      <table className="table stacked">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col" className="number">
              Of these
            </th>
            <th scope="col" className="number">
              Of the rest
            </th>
            <th scope="col" className="number">
              Times as often
            </th>
            <th scope="col">Sure</th>
          </tr>
        </thead>
        <tbody>
          {answer.items.slice(0, SHOWN).map((item) => (
            <tr key={`${item.key}=${item.value}`}>
              <th scope="row">
                <code>
                  {item.key}={item.value}
                </code>
              </th>
              <td className="number" data-label="of these">
                {item.odd} of {answer.odd}
              </td>
              <td className="number" data-label="of the rest">
                {item.rest} of {answer.rest}
              </td>
              <td className="number" data-label="times as often">
                {item.lift.toFixed(1)}
              </td>
              <td data-label="sure">{item.isClear ? "clear" : "may be luck"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
