/** Moves the focus from row to row: any element with `data-row` is a row, `data-col` keeps the column. */

/** @param by 1 = next, -1 = previous. Without a focused row the first visible one is taken. */
export function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
  const active = document.activeElement;
  const current = active?.closest<HTMLElement>("[data-row]") ?? null;
  const column = active?.closest<HTMLElement>("[data-col]")?.dataset.col ?? null;
  const next = current === null ? firstVisible(rows) : rows[rows.indexOf(current) + by];
  if (next === undefined) return;
  const target = focusTarget(next, column);
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
}

function firstVisible(rows: HTMLElement[]): HTMLElement | undefined {
  const top = document.querySelector("main")?.getBoundingClientRect().top ?? 0;
  return rows.find((row) => row.getBoundingClientRect().top >= top);
}

function focusTarget(row: HTMLElement, column: string | null): HTMLElement | null {
  const inColumn = column === null ? null : row.querySelector<HTMLElement>(`[data-col="${column}"] a`);
  return inColumn ?? row.querySelector<HTMLElement>("a, button, [tabindex]");
}
