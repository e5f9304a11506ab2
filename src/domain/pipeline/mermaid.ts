/** The graph of a plan as Mermaid text: boxes by kind, arrows from need to step, colours by state when it runs. Pure. */
import type { Plan } from "./plan.ts";
import type { StepStatus } from "./run-state.ts";

const COLOURS: Partial<Record<StepStatus, string>> = {
  running: "fill:#dbeafe,stroke:#2563eb",
  succeeded: "fill:#dcfce7,stroke:#16a34a",
  failed: "fill:#fee2e2,stroke:#dc2626",
  unknown: "fill:#fef3c7,stroke:#d97706",
  skipped: "fill:#f4f4f5,stroke:#a1a1aa",
  canceled: "fill:#f4f4f5,stroke:#a1a1aa",
};

/** People act at gates: they have another form. */
const GATES = new Set(["approve", "manual"]);

const quoted = (text: string): string => `"${text.replaceAll('"', "#quot;")}"`;

export function mermaid({ steps }: Plan, status: (key: string) => StepStatus | null = () => null): string {
  const ids = new Map(steps.map(({ key }, at) => [key, `s${at}`]));
  const lines = ["flowchart LR"];
  for (const { key, kind, needs } of steps) {
    const label = quoted(kind === "run" || key === kind ? key : `${key}: ${kind}`);
    lines.push(`  ${ids.get(key)}${GATES.has(kind) ? `{{${label}}}` : `[${label}]`}`);
    for (const need of needs) lines.push(`  ${ids.get(need)} --> ${ids.get(key)}`);
  }
  for (const { key } of steps) {
    const colour = COLOURS[status(key) ?? "waiting"];
    if (colour !== undefined) lines.push(`  style ${ids.get(key)} ${colour}`);
  }
  return lines.join("\n");
}
