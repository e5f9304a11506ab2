/** The picture of a graph: its edges as lines, and over them its nodes as links or buttons. */
import { type CSSProperties, Fragment, type ReactElement, type ReactNode } from "react";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { type Edge, type Layout, NODE_HEIGHT, pathOf } from "./layout.ts";

interface Props {
  label: string;
  layout: Layout;
  /** How an edge looks; a class of `graph.css`. */
  edge: (edge: Edge) => { className: string; style?: CSSProperties };
  /** @param style puts the node where it stands */
  node: (key: string, style: CSSProperties) => ReactNode;
}

export function GraphPicture({ label, layout, edge: look, node }: Props): ReactElement {
  return (
    <ScrollArea label={label} className="graph-area">
      <div className="graph" style={{ width: layout.width, height: layout.height }}>
        <svg width={layout.width} height={layout.height} aria-hidden="true">
          {layout.edges.map((edge) => {
            const { className, style } = look(edge);
            const name = `edge ${className}`.trimEnd();
            return <path key={`${edge.from} ${edge.to}`} d={pathOf(edge)} className={name} style={style} />;
          })}
        </svg>
        {layout.nodes.map(({ key, x, y }) => (
          <Fragment key={key}>
            {node(key, { left: x, top: y, width: layout.nodeWidth, height: NODE_HEIGHT })}
          </Fragment>
        ))}
      </div>
    </ScrollArea>
  );
}

/** Two lines in a node. */
export function NodeWords({ name, more }: { name: string; more: ReactNode }): ReactElement {
  return (
    <span className="node-words">
      <span className="node-name">{name}</span>
      <span className="node-more">{more}</span>
    </span>
  );
}
