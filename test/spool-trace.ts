// A piece of work as spool lines with times of its own: ticket, change, pipeline with stages, deployment.

interface Told {
  /** Two hex digits that end its id. */
  n: number;
  kind: string;
  name: string;
  /** Minutes after the start. */
  from: number;
  to: number | null;
  parent?: number;
  status?: "succeeded" | "failed";
  service?: string;
  environment?: string;
  version?: string;
  commitSha?: string;
  ref?: string;
  tags?: Record<string, string>;
}

export const idAt = (n: number): string => `0193f1c2-0000-7000-8000-${String(n).padStart(12, "0")}`;

const MINUTE = 60_000;
const SHA = "b".repeat(40);

/** Spool lines of one activity. */
function linesOf(told: Told, startMs: number): string {
  const { n, kind, name, from, to, parent, status = "succeeded", service = null, environment = null } = told;
  const at = (minutes: number): string => new Date(startMs + minutes * MINUTE).toISOString();
  const id = idAt(n);
  const start = {
    ...{
      v: 1,
      op: "start",
      id,
      at: at(from),
      kind,
      name,
      service,
      environment,
      version: told.version ?? null,
    },
    ...{ parentId: parent === undefined ? null : idAt(parent), tags: told.tags ?? {} },
  };
  const facts = {
    ...{ v: 1, op: "facts", id, at: at(from), repository: "https://git.example.com/acme/shop" },
    ...{ commitSha: told.commitSha ?? null, ref: told.ref ?? null },
  };
  const lines: object[] = told.commitSha === undefined && told.ref === undefined ? [start] : [start, facts];
  if (to !== null) lines.push({ v: 1, op: "end", id, at: at(to), status });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

export const WORK: readonly Told[] = [
  {
    n: 1,
    kind: "ticket",
    name: "Pay by card",
    from: 0,
    to: 45,
    tags: { key: "SHOP-12", title: "Pay by card" },
  },
  {
    ...{ n: 2, kind: "change", name: "SHOP-12 Pay by card", from: 20, to: 40, ref: "shop-12-pay" },
    ...{
      tags: { number: "31", title: "SHOP-12 Card payments", mergeCommitSha: SHA },
      commitSha: "a".repeat(40),
    },
  },
  {
    n: 3,
    kind: "pipeline",
    name: "build and test",
    from: 50,
    to: 60,
    commitSha: SHA,
    ref: "main",
    service: "shop",
  },
  { n: 4, kind: "stage", name: "unit tests", from: 50, to: 54, parent: 3 },
  { n: 5, kind: "stage", name: "lint", from: 50, to: 51, parent: 3, status: "failed" },
  { n: 6, kind: "stage", name: "image", from: 54, to: 60, parent: 3 },
  {
    ...{ n: 7, kind: "deployment", name: "ship", from: 75, to: 90, commitSha: SHA },
    ...{ service: "shop", environment: "prod-eu", version: "v1.4.2" },
  },
];

/** One pipeline with so many stages, three levels deep. */
export const largeWork = (count: number): Told[] =>
  Array.from({ length: count }, (_, at): Told => {
    if (at === 0) return { n: 10_000, kind: "pipeline", name: "everything", from: 0, to: 600 };
    const group = Math.floor((at - 1) / 50);
    const isGroup = (at - 1) % 50 === 0;
    const from = (600 * at) / count;
    return {
      ...{ n: 10_000 + at, kind: "stage", name: isGroup ? `group ${group}` : `step ${at % 20}`, from },
      to: isGroup ? (600 * Math.min(count, at + 50)) / count : from + 0.05,
      parent: isGroup ? 10_000 : 10_000 + group * 50 + 1,
    };
  });

/** Sends them in the order given, as the wrapper's spool would. */
export async function sendSpool(url: string, work: readonly Told[], startMs: number): Promise<void> {
  const SLICE = 500;
  for (let from = 0; from < work.length; from += SLICE) {
    const body = work
      .slice(from, from + SLICE)
      .map((told) => linesOf(told, startMs))
      .join("");
    const headers = { "content-type": "application/x-ndjson" };
    const answer = await fetch(`${url}/v1/spool`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  }
}
