/** Above a trace: search in it, how deep it is open, and its statistics. */
import type { ReactElement, RefObject } from "react";
import { SelectField } from "../parts/field.tsx";
import type { UrlState } from "../parts/url-state.ts";
import type { Folding } from "./folding.ts";
import { step } from "./folding.ts";
import type { TraceModel } from "./model.ts";

interface Props {
  model: TraceModel;
  url: UrlState;
  folding: Folding;
  changeFolding: (next: Folding) => void;
  found: ReadonlySet<number> | null;
  toMatch: (by: 1 | -1) => void;
  search: RefObject<HTMLInputElement | null>;
}

export function TraceTools(props: Props): ReactElement {
  const { model, url, folding, changeFolding, found, toMatch, search } = props;
  const isTable = url.get("show") === "statistics";
  return (
    <div className="tools">
      <form
        className="trace-search"
        onSubmit={(event) => {
          event.preventDefault();
          toMatch(1);
        }}
      >
        <input
          ref={search}
          type="search"
          placeholder="Search in this trace"
          aria-label="Search in this trace"
          aria-keyshortcuts="Control+B"
          autoComplete="off"
          spellCheck={false}
          value={url.get("q")}
          onChange={(event) => url.set({ q: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              url.set({ q: "" });
              event.currentTarget.blur();
            }
            if (event.key === "Enter" && event.shiftKey) {
              event.preventDefault();
              toMatch(-1);
            }
          }}
        />
        {found !== null && (
          <span className="count" role="status">
            {found.size} found
          </span>
        )}
      </form>
      {!isTable && model.deepest > 0 && <Depth {...{ model, folding, changeFolding }} />}
      <div className="tools-end">
        {!isTable && <Legend />}
        <button
          type="button"
          className="button"
          aria-pressed={isTable}
          onClick={() => url.set({ show: isTable ? "" : "statistics" })}
        >
          {isTable ? "Show the waterfall" : "Show the statistics"}
        </button>
      </div>
    </div>
  );
}

const LEGEND = [
  { how: "ran", says: "the end waited for it" },
  { how: "waited", says: "waiting" },
  { how: "unknown", says: "ran or waited" },
] as const;

function Legend(): ReactElement {
  return (
    <span className="trace-legend" aria-hidden="true">
      {LEGEND.map(({ how, says }) => (
        <span key={how}>
          <span className={`on-path path-${how}`} />
          {says}
        </span>
      ))}
    </span>
  );
}

/** More levels than these are opened one by one, by key. */
const MOST_LEVELS = 12;

function Depth({
  model,
  folding,
  changeFolding,
}: Pick<Props, "model" | "folding" | "changeFolding">): ReactElement {
  const levels = Array.from({ length: Math.min(model.deepest, MOST_LEVELS) }, (_, at) => ({
    value: String(at),
    label: at === 0 ? "only the top level" : `${at + 1} levels`,
  }));
  const change = (value: string): void =>
    changeFolding(value === "" ? step(folding, 1, 0) : { depth: Number(value), turned: new Set() });
  return (
    <SelectField
      label="Open"
      value={folding.depth === null ? "" : String(folding.depth)}
      change={change}
      options={levels}
      any="all levels"
    />
  );
}
