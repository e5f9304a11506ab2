/** The card beside the cell under focus or pointer: who, when exactly, what failed, how far behind. */
import { type ReactElement, type RefObject, useEffect, useState } from "react";
import type { Deployment, StatusItem } from "../api/types.ts";
import { StatusMark } from "../parts/status-mark.tsx";
import { HoldMark } from "../rules/hold-mark.tsx";
import { useHolds } from "../rules/use-standing.ts";
import { formatAbsolute, formatDuration } from "../time/format-time.ts";
import { useNow } from "../time/use-now.ts";
import type { Matrix } from "./build-matrix.ts";
import { actorOf, behindText, markOf, versionOf } from "./cell-facts.ts";

/** Pointer must rest this long; focus shows at once. Milliseconds. */
const REST_MS = 250;
const CARD_WIDTH = 296;
const CARD_ROOM = 230;

interface Shown {
  cell: string;
  rect: DOMRect;
}

export function CellCard({
  scroller,
  matrix,
}: {
  scroller: RefObject<HTMLDivElement | null>;
  matrix: Matrix;
}): ReactElement | null {
  const shown = useCellUnderAttention(scroller);
  if (shown === null) return null;
  const [row, column] = shown.cell.split("|").map(Number);
  const line = matrix.rows[row ?? -1];
  const items = line?.type === "service" ? line.cells[column ?? -1] : undefined;
  if (items === undefined || items.length === 0) return null;
  return (
    <div className="card" role="tooltip" style={placeOf(shown.rect)}>
      {items.slice(0, 4).map((item) => (
        <CardFacts key={item.tenant ?? ""} item={item} />
      ))}
      {items.length > 4 && <p>and {items.length - 4} more tenants</p>}
    </div>
  );
}

function placeOf(rect: DOMRect): { left: number; top?: number; bottom?: number } {
  const left = Math.min(rect.left, innerWidth - CARD_WIDTH - 8);
  const below = innerHeight - rect.bottom > CARD_ROOM;
  return below ? { left, top: rect.bottom + 2 } : { left, bottom: innerHeight - rect.top + 2 };
}

function CardFacts({ item }: { item: StatusItem }): ReactElement {
  const { running, lastAttempt } = item;
  const mark = markOf(item);
  const holds = useHolds(item, useNow());
  return (
    <dl className="card-facts">
      {holds.length > 0 && (
        <Fact name="Deploying">
          {holds.map((hold) => (
            <span key={hold.text} className="card-hold">
              <HoldMark hold={hold} /> {hold.text}
            </span>
          ))}
        </Fact>
      )}
      {item.tenant !== null && <Fact name="Tenant">{item.tenant}</Fact>}
      {running === null ? (
        <Fact name="Runs">nothing that vice knows of</Fact>
      ) : (
        <RunningFacts running={running} />
      )}
      {mark !== null && lastAttempt !== null && (
        <Fact name="Last attempt">
          <StatusMark status={mark.status} word={mark.word} /> {versionOf(lastAttempt)}
          <br />
          {formatAbsolute(lastAttempt.occurredAt)}
          {lastAttempt.error !== null && <span className="card-error">{lastAttempt.error}</span>}
        </Fact>
      )}
      {behindText(item) !== null && <Fact name="Behind">{behindText(item)}</Fact>}
    </dl>
  );
}

function RunningFacts({ running }: { running: Deployment }): ReactElement {
  return (
    <>
      <Fact name="Version">{running.version ?? "not known"}</Fact>
      <Fact name="Commit">{running.commitSha?.slice(0, 12) ?? "not known"}</Fact>
      <Fact name="By">{actorOf(running) ?? "not known"}</Fact>
      <Fact name="Tool">{running.source}</Fact>
      <Fact name="Since">{formatAbsolute(running.occurredAt)}</Fact>
      {running.durationMs !== null && <Fact name="Took">{formatDuration(running.durationMs)}</Fact>}
    </>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function useCellUnderAttention(scroller: RefObject<HTMLDivElement | null>): Shown | null {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const area = scroller.current;
    if (area === null) return;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const show = (cell: HTMLElement): void =>
      setShown({ cell: cell.dataset.cell ?? "", rect: cell.getBoundingClientRect() });
    const hide = (): void => {
      clearTimeout(rest);
      setShown(null);
    };
    const onPointer = (event: PointerEvent): void => {
      const cell = cellOf(event.target);
      clearTimeout(rest);
      if (cell === null || event.pointerType === "touch") hide();
      else rest = setTimeout(() => show(cell), REST_MS);
    };
    const onFocus = (event: FocusEvent): void => {
      const cell = cellOf(event.target);
      const visible = event.target instanceof HTMLElement && event.target.matches(":focus-visible");
      if (cell !== null && visible) requestAnimationFrame(() => show(cell));
      else hide();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") hide();
    };
    area.addEventListener("pointerover", onPointer);
    area.addEventListener("pointerleave", hide);
    area.addEventListener("focusin", onFocus);
    area.addEventListener("focusout", hide);
    area.addEventListener("scroll", hide, { passive: true });
    document.addEventListener("keydown", onKey);
    return () => {
      clearTimeout(rest);
      area.removeEventListener("pointerover", onPointer);
      area.removeEventListener("pointerleave", hide);
      area.removeEventListener("focusin", onFocus);
      area.removeEventListener("focusout", hide);
      area.removeEventListener("scroll", hide);
      document.removeEventListener("keydown", onKey);
    };
  }, [scroller]);
  return shown;
}

const cellOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-cell]") : null;
