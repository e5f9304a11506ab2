/** Arrow keys inside the matrix: up and down keep the column, left and right go through the links of the row. */
import { moveRow } from "../keys/move-row.ts";

/** @returns whether the key was one of ours */
export function moveInGrid(key: string): boolean {
  if (key === "ArrowDown" || key === "ArrowUp") {
    moveRow(key === "ArrowDown" ? 1 : -1);
    return true;
  }
  const row = document.activeElement?.closest("[data-row]");
  if (!row) return false;
  const links = [...row.querySelectorAll<HTMLElement>("a")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const to = targetOf(key, at, links.length);
  if (to === null) return false;
  links[to]?.focus();
  links[to]?.scrollIntoView({ inline: "nearest", block: "nearest" });
  return true;
}

/** @returns the index to go to, clamped to the row; `null` for other keys */
export function targetOf(key: string, at: number, count: number): number | null {
  if (key === "ArrowRight") return Math.min(at + 1, count - 1);
  if (key === "ArrowLeft") return Math.max(at - 1, 0);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return null;
}
