/** The text of a query: Ctrl+Enter runs it, and the place of a mistake can be gone to. */
import { type KeyboardEvent, type ReactElement, type ReactNode, useId, useRef } from "react";
import { offsetOf, type Place } from "./sql-text.ts";

interface Props {
  sql: string;
  change: (sql: string) => void;
  run: () => void;
  /** Where it is wrong. */
  wrong: Place | null;
  children: ReactNode;
}

export function Editor({ sql, change, run, wrong, children }: Props): ReactElement {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  function onKey(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  }
  function goTo(place: Place): void {
    const at = offsetOf(sql, place);
    const end = /^\w+/.exec(sql.slice(at))?.[0].length ?? 1;
    area.current?.focus();
    area.current?.setSelectionRange(at, Math.min(at + end, sql.length));
  }
  return (
    <div className="editor">
      <label htmlFor={id}>SQL</label>
      <textarea
        id={id}
        ref={area}
        value={sql}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        rows={Math.min(Math.max(sql.split("\n").length + 1, 6), 20)}
        aria-invalid={wrong !== null}
        aria-keyshortcuts="Control+Enter"
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <div className="editor-tools">
        {children}
        {wrong !== null && (
          <button type="button" className="button quiet" onClick={() => goTo(wrong)}>
            Go to line {wrong.line}
          </button>
        )}
        <span className="hint">Ctrl+Enter runs it</span>
      </div>
    </div>
  );
}
