/**
 * The critical path: the chain of spans that the end of a trace waited for, found by walking back from that end. Pure.
 *
 * Within one span it is Jaeger's rule (packages/jaeger-ui/src/components/TracePage/CriticalPath): of its parts the one
 * that finished last was waited for; before that one began, the part that finished last by then; what no part covers,
 * the span itself took. Parts are cut to the span that they are a part of.
 *
 * Delivery is no tree, so six rules are added, none of which changes the tree of a program's calls:
 * - What began waited for what led to it: of the spans that link to it the one that moved last before. When that one
 *   had ended, the time between is waiting; when it was still going on, the path goes on within it.
 * - A ticket, a change or an incident stays open because of what it led to, near or far: those count as its parts.
 * - What a pipeline or a ticket holds and began after its end followed it: a stage that somebody started by hand.
 * - A ticket that nothing led to waited from when it was made until it was begun.
 * - A check that was brought in long after all else had ended (`whole.ts`) is not the end.
 * - Spans of one trace that no link joins stand beside each other as if something unknown held them all.
 */
import { type Extent, extentOf } from "./extent.ts";
import { type GraphSpan, graphOf, type Joint, type Node } from "./graph.ts";
import { type Awaited, byEnd, causesOfTree, lastCause, partsOf } from "./waits.ts";
import { lateIn } from "./whole.ts";

/** A stretch of time on the path. */
export interface Section {
  id: string;
  /** Milliseconds since 1970; `startMs` = `endMs` is a moment, of a span that has or knows no length. */
  startMs: number;
  endMs: number;
  /** `ran`: the span took it; `waited`: the span had not begun, and nothing else that led to it went on; `unknown`: one of both, as the span does not say when it began or ended. */
  how: "ran" | "waited" | "unknown";
}

export interface CriticalPath {
  /** In the order of time, without overlap. */
  sections: readonly Section[];
  /** The spans of these sections, each once. */
  ids: readonly string[];
}

/**
 * @param nowMs when spans that have not ended are taken to end
 * @param timesOf for who has read the times of the spans already
 */
export const criticalPath = <S extends GraphSpan>(
  spans: readonly S[],
  nowMs: number,
  timesOf = (span: S): Extent => extentOf(span, nowMs),
): CriticalPath => pathThrough(spans, timesOf);

/** The same for spans that keep their times in another way. */
export function pathThrough<S extends Joint>(
  spans: readonly S[],
  timesOf: (span: S) => Extent,
): CriticalPath {
  const sections = new Walk(graphOf(spans, timesOf)).back().reverse();
  return { sections, ids: [...new Set(sections.map(({ id }) => id))] };
}

/** A span that the walk is in. */
interface Frame {
  node: Node;
  /** Its start, or that of what it is in; `-Infinity` when neither is known. */
  fromMs: number;
  /** The one that ended last stands last. */
  parts: Awaited[];
}

/** Whether one of them belongs to another uppermost span. */
function isElsewhere(nodes: readonly Node[], root: Node): boolean {
  for (const node of nodes) if (node.root !== root) return true;
  return false;
}

/** One walk back in time. */
class Walk {
  private readonly roots: readonly Node[];
  /** Uppermost spans that no link joins with another. */
  private readonly alone: ReadonlySet<Node>;
  private readonly seen = new Set<Node>();
  private readonly frames: Frame[] = [];
  private readonly sections: Section[] = [];
  private atMs = 0;
  /** A span that does not say when it began: it takes the time back to whatever is known next. */
  private endless: Node | null = null;

  constructor(nodes: readonly Node[]) {
    this.roots = nodes.filter(({ parent }) => parent === null);
    const alone = new Set(this.roots);
    for (const { root, causes, effects } of nodes)
      if (isElsewhere(causes, root) || isElsewhere(effects, root)) alone.delete(root);
    this.alone = alone;
  }

  /** @returns the sections, the last one first */
  back(): Section[] {
    const ends = this.roots.map((node) => ({ node, endMs: node.lastMs, kind: node.kind, extent: node }));
    const isLate = lateIn(ends);
    const last = ends.filter((end) => !isLate(end)).sort(byEnd);
    const end = last.at(-1);
    if (end === undefined) return [];
    this.atMs = end.endMs;
    this.enter(end);
    for (let frame = this.frames.at(-1); frame !== undefined; frame = this.frames.at(-1)) {
      const part = this.nextPart(frame);
      if (part === undefined) this.leave(frame);
      else {
        this.take(frame.node, part.endMs, "ran");
        this.enter(part);
      }
    }
    this.close(this.atMs);
    return this.sections;
  }

  /** Into a span, and before it into what it is a part of. */
  private enter({ node, endMs }: Awaited): void {
    const above: Node[] = [];
    for (let up = node.parent; up !== null && !this.seen.has(up); up = up.parent) above.push(up);
    for (const each of above.reverse()) this.push(each, each.endMs ?? each.lastMs);
    this.push(node, endMs);
  }

  private push(node: Node, toMs: number): void {
    const floorMs = this.frames.at(-1)?.fromMs ?? Number.NEGATIVE_INFINITY;
    const fromMs = Math.max(node.startMs ?? floorMs, floorMs);
    this.seen.add(node);
    this.frames.push({ node, fromMs, parts: partsOf(node, fromMs, toMs) });
  }

  /** Drops what ended too late to be waited for now. */
  private nextPart({ parts }: Frame): Awaited | undefined {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) if (this.isNext(part)) return part;
    return undefined;
  }

  private isNext({ node, endMs }: Awaited): boolean {
    return endMs <= this.atMs && !this.seen.has(node);
  }

  /** Back at its start: on to what that start waited for. */
  private leave({ node, fromMs }: Frame): void {
    if (node.startMs === null) this.endless ??= node;
    else this.take(node, fromMs, "ran");
    this.frames.pop();
    const above = this.frames.at(-1);
    const isPart = above !== undefined && above.node === node.parent;
    const cause = isPart ? this.causeWithin(node, above) : this.causeOf(node, above);
    if (cause === null) {
      this.takeQueue(node, above);
      return;
    }
    if (cause.node.endMs === null) this.take(cause.node, cause.endMs, "unknown");
    else if (isPart) this.take(above.node, cause.endMs, "ran");
    else this.take(node, cause.endMs, "waited");
    this.enter(cause);
  }

  /** What nothing led to waited since it was made, as far as nothing else goes on there. */
  private takeQueue(node: Node, above: Frame | undefined): void {
    if (node.madeMs === null) return;
    const beside = above?.parts.findLast((part) => this.isNext(part))?.endMs ?? Number.NEGATIVE_INFINITY;
    this.take(node, Math.max(node.madeMs, beside, above?.fromMs ?? beside), "waited");
  }

  /** What led to a part: one beside it, else something from outside that ended after all beside it. */
  private causeWithin(node: Node, above: Frame): Awaited | null {
    const isNamed = node.causes.some((cause) => cause.parent === above.node && !this.seen.has(cause));
    const beside = above.parts.findLast((part) => this.isNext(part))?.endMs ?? above.fromMs;
    return lastCause(node.causes, {
      ...{ atMs: this.atMs, seen: this.seen, ended: true },
      floorMs: isNamed ? above.fromMs : beside,
    });
  }

  private causeOf(node: Node, above: Frame | undefined): Awaited | null {
    const floorMs = above?.fromMs ?? Number.NEGATIVE_INFINITY;
    const isAlone = this.alone.has(node);
    return lastCause(isAlone ? this.alone : causesOfTree(node), {
      ...{ atMs: this.atMs, seen: this.seen, ended: isAlone },
      floorMs,
    });
  }

  private take(node: Node, fromMs: number, how: Section["how"]): void {
    const isMoment = node.startMs !== null && (node.endMs === null || node.endMs === node.startMs);
    if (this.endless !== null) this.close(fromMs);
    else if (fromMs < this.atMs || (how === "ran" && isMoment)) this.add(node.id, fromMs, how);
  }

  /** The time of a span that does not say when it began ends here. */
  private close(fromMs: number): void {
    if (this.endless === null) return;
    this.add(this.endless.id, fromMs, this.endless.isOpen ? "waited" : "unknown");
    this.endless = null;
  }

  private add(id: string, fromMs: number, how: Section["how"]): void {
    const startMs = Math.min(fromMs, this.atMs);
    this.sections.push({ id, startMs, endMs: this.atMs, how });
    this.atMs = startMs;
  }
}
