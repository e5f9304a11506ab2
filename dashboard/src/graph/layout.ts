/** Where the nodes of a graph stand in its picture: from left to right, in layers, with few crossings. Pure. */

export interface GraphNode {
  key: string;
  needs: readonly string[];
  /** The column that it stands in at least; from 0. */
  column?: number;
}

/** In pixels. */
export interface Sizes {
  nodeWidth: number;
  /** Between columns. */
  gap: number;
}

export interface Placed {
  key: string;
  x: number;
  y: number;
}

export interface Edge {
  from: string;
  to: string;
  /** From the right side of one to the left side of the other, past what stands between. */
  points: ReadonlyArray<readonly [x: number, y: number]>;
}

export interface Layout {
  width: number;
  height: number;
  nodeWidth: number;
  nodes: Placed[];
  edges: Edge[];
}

export const NODE_WIDTH = 140;
export const NODE_HEIGHT = 40;
const GAP_X = 30;
const USUAL: Sizes = { nodeWidth: NODE_WIDTH, gap: GAP_X };
const GAP_Y = 12;
/** Between edges that pass side by side. */
const GAP_EDGE = 8;
const SWEEPS = 6;

/** A node of the graph, or the place where an edge passes a layer. */
interface Node {
  key: string | null;
  layer: number;
  y: number;
  before: Node[];
  after: Node[];
}

/** @param graph each behind those that it needs */
export function layOut(graph: readonly GraphNode[], sizes: Sizes = USUAL): Layout {
  const { nodes, chains } = layered(graph);
  const layers = inLayers(nodes);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse()) sortBy(layer, isDown);
  }
  for (const layer of layers) place(layer, (_node, at) => at * (NODE_HEIGHT + GAP_Y));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse())
      place(layer, (node) => mean(isDown ? node.before : node.after) ?? mean(around(node)) ?? node.y);
  }
  return measured(nodes, layers.length, chains, sizes);
}

function measured(
  nodes: readonly Node[],
  layers: number,
  chains: ReadonlyArray<{ from: string; to: string; nodes: Node[] }>,
  sizes: Sizes,
): Layout {
  const { nodeWidth, gap } = sizes;
  const top = Math.min(0, ...nodes.map(({ y }) => y));
  for (const node of nodes) node.y = Math.round(node.y - top);
  const placed = nodes.flatMap(({ key, layer, y }) =>
    key === null ? [] : [{ key, x: layer * (nodeWidth + gap), y }],
  );
  const edges = chains.map(({ from, to, nodes: chain }) => ({
    from,
    to,
    points: chain.flatMap((node, at) => pointsOf(node, sizes, at === 0, at === chain.length - 1)),
  }));
  return {
    nodeWidth,
    width: Math.max(0, layers * (nodeWidth + gap) - gap),
    height: Math.max(0, ...nodes.map((node) => node.y + heightOf(node))),
    nodes: placed,
    edges,
  };
}

function pointsOf(
  node: Node,
  { nodeWidth, gap }: Sizes,
  isFirst: boolean,
  isLast: boolean,
): Array<readonly [number, number]> {
  const left = node.layer * (nodeWidth + gap);
  const y = node.y + heightOf(node) / 2;
  if (isFirst) return [[left + nodeWidth, y]];
  return isLast
    ? [[left, y]]
    : [
        [left, y],
        [left + nodeWidth, y],
      ];
}

/** One for each node of the graph, behind all that it needs, and one for each layer that an edge passes. */
function layered(graph: readonly GraphNode[]) {
  const byKey = new Map<string, Node>();
  const nodes: Node[] = [];
  const chains: Array<{ from: string; to: string; nodes: Node[] }> = [];
  const add = (key: string | null, layer: number): Node => {
    const node: Node = { key, layer, y: 0, before: [], after: [] };
    nodes.push(node);
    return node;
  };
  const nearest = withoutShortcuts(graph);
  for (const { key, column = 0 } of graph) {
    const needs = (nearest.get(key) ?? []).flatMap((need) => byKey.get(need) ?? []);
    const node = add(key, Math.max(column, ...needs.map(({ layer }) => layer + 1)));
    byKey.set(key, node);
    for (const need of needs) {
      const chain = [need];
      for (let layer = need.layer + 1; layer < node.layer; layer += 1) chain.push(add(null, layer));
      chain.push(node);
      chain.forEach((each, at) => {
        const next = chain[at + 1];
        if (next === undefined) return;
        each.after.push(next);
        next.before.push(each);
      });
      chains.push({ from: need.key ?? "", to: key, nodes: chain });
    }
  }
  return { nodes, chains };
}

/** What a node needs by way of another one is not drawn twice. */
function withoutShortcuts(graph: readonly GraphNode[]): Map<string, string[]> {
  const all = new Map<string, Set<string>>();
  const nearest = new Map<string, string[]>();
  for (const { key, needs } of graph) {
    const known = [...new Set(needs)].filter((need) => all.has(need));
    const isBetween = (need: string): boolean => known.some((other) => all.get(other)?.has(need) === true);
    nearest.set(
      key,
      known.filter((need) => !isBetween(need)),
    );
    all.set(key, new Set(known.flatMap((need) => [need, ...(all.get(need) ?? [])])));
  }
  return nearest;
}

function inLayers(nodes: readonly Node[]): Node[][] {
  const layers: Node[][] = [];
  for (const node of nodes) {
    const layer = layers[node.layer] ?? [];
    layers[node.layer] = layer;
    layer.push(node);
    node.y = layer.length;
  }
  return layers;
}

function sortBy(layer: Node[], isDown: boolean): void {
  const wanted = new Map(layer.map((node) => [node, mean(isDown ? node.before : node.after) ?? node.y]));
  layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
  layer.forEach((node, at) => {
    node.y = at;
  });
}

const around = ({ before, after }: Node): Node[] => [...before, ...after];

/** The middle of their middles. */
function mean(nodes: readonly Node[]): number | null {
  if (nodes.length === 0) return null;
  return nodes.reduce((sum, node) => sum + node.y + heightOf(node) / 2, 0) / nodes.length - NODE_HEIGHT / 2;
}

const heightOf = ({ key }: Node): number => (key === null ? 0 : NODE_HEIGHT);

/** As near as can be to where each wants to be, in the order of the layer and without touching (isotonic regression). */
function place(layer: readonly Node[], wish: (node: Node, at: number) => number): void {
  const blocks: Array<{ sum: number; count: number; nodes: Node[] }> = [];
  const offset = new Map<Node, number>();
  let below = 0;
  layer.forEach((node, at) => {
    const middle = node.key === null ? NODE_HEIGHT / 2 : 0;
    offset.set(node, below);
    const gap = node.key === null && layer[at + 1]?.key === null ? GAP_EDGE : GAP_Y;
    blocks.push({ sum: wish(node, at) + middle - below, count: 1, nodes: [node] });
    below += heightOf(node) + gap;
    for (let last = blocks.at(-1), prior = blocks.at(-2); last !== undefined && prior !== undefined; ) {
      if (prior.sum / prior.count <= last.sum / last.count) break;
      blocks.pop();
      prior.sum += last.sum;
      prior.count += last.count;
      prior.nodes.push(...last.nodes);
      last = prior;
      prior = blocks.at(-2);
    }
  });
  for (const { sum, count, nodes } of blocks)
    for (const node of nodes) node.y = sum / count + (offset.get(node) ?? 0);
}

/** A line that leaves and arrives level. */
export function pathOf({ points }: Edge): string {
  return points
    .map(([x, y], at) => {
      const before = points[at - 1];
      if (before === undefined) return `M${x} ${y}`;
      const middle = (before[0] + x) / 2;
      return before[1] === y ? `H${x}` : `C${middle} ${before[1]} ${middle} ${y} ${x} ${y}`;
    })
    .join("");
}

const LETTER = 8.2;
const AROUND_NAME = 26;
const WIDEST = 300;
const WIDE = 220;
const WIDEST_GAP = 220;

/** How wide nodes and gaps are, so that the picture fills its room: names go before gaps, and are never wider than needed. */
export function sizesFor(names: readonly string[], columns: number, room: number): Sizes {
  const longest = Math.max(0, ...names.map((name) => name.length)) * LETTER + AROUND_NAME;
  const share = (room - (columns - 1) * GAP_X) / Math.max(1, columns);
  // Where it has to be scrolled anyway, it is for whole names.
  const most = share < NODE_WIDTH ? WIDE : share;
  const nodeWidth = Math.floor(Math.max(NODE_WIDTH, Math.min(longest, most, WIDEST)));
  const left = columns < 2 ? 0 : (room - columns * nodeWidth) / (columns - 1);
  return { nodeWidth, gap: Math.floor(Math.max(GAP_X, Math.min(left, WIDEST_GAP))) };
}

/** How many columns it takes. */
export const columnsOf = (graph: readonly GraphNode[]): number => {
  const at = new Map<string, number>();
  for (const { key, needs, column = 0 } of graph)
    at.set(key, Math.max(column, ...needs.map((need) => (at.get(need) ?? -1) + 1)));
  return 1 + Math.max(-1, ...at.values());
};
