/** From the list of what runs to the rows and columns on the screen: filtered, grouped, pinned. Pure. */
import type { StatusAnswer, StatusItem, Tier } from "../api/types.ts";
import { markOf, versionOf } from "./cell-facts.ts";

export interface MatrixView {
  /** Part of a name, team, environment or version. */
  q: string;
  team: string;
  tier: string;
  /** `failed`, `deploying` or `behind`: only services where that is so somewhere. */
  only: string;
  grouped: boolean;
  pinnedServices: readonly string[];
  pinnedEnvironments: readonly string[];
}

export interface Column {
  /** Lower-case name; empty = environment not known. */
  key: string;
  name: string;
  tier: Tier | null;
  pinned: boolean;
}

export interface ServiceRow {
  type: "service";
  key: string;
  service: string;
  team: string | null;
  pinned: boolean;
  /** One list per column; more than one item when an environment serves several tenants. Newest first. */
  cells: readonly (readonly StatusItem[])[];
}

export interface GroupRow {
  type: "group";
  key: string;
  team: string | null;
  services: number;
}

export type Row = ServiceRow | GroupRow;

export interface Matrix {
  columns: Column[];
  rows: Row[];
  grouped: boolean;
  /** Services before filters, and after. */
  total: number;
  shown: number;
}

export const keyOf = (name: string | null): string => (name ?? "").trim().toLowerCase();

export function buildMatrix(answer: StatusAnswer, view: MatrixView): Matrix {
  const columns = columnsOf(answer, view);
  const services = groupBy(answer.items, (item) => keyOf(item.service));
  const rows: ServiceRow[] = [];
  for (const [key, items] of services) {
    if (!fits(items, view)) continue;
    rows.push(serviceRow(key, items, columns, view));
  }
  rows.sort((a, b) => Number(b.pinned) - Number(a.pinned) || unknownLast(a, b) || compare(a.key, b.key));
  return {
    columns,
    rows: view.grouped ? withGroups(rows) : rows,
    grouped: view.grouped,
    total: services.size,
    shown: rows.length,
  };
}

/** Those that come and go (a preview per pull request) stand behind those that stay. */
function rank({ pinned, key, tier }: Column): number {
  if (pinned) return 0;
  if (key === "") return 3;
  return tier === "ephemeral" ? 2 : 1;
}

const unknownLast = (a: ServiceRow, b: ServiceRow): number => Number(a.key === "") - Number(b.key === "");

function columnsOf(answer: StatusAnswer, view: MatrixView): Column[] {
  const known = new Map<string, Column>();
  const named = answer.environments.filter(({ name }) => name !== null);
  const used = answer.items.map(({ environment, tier }) => ({ name: environment, tier }));
  for (const { name, tier } of [...named, ...used]) {
    const key = keyOf(name);
    if (known.has(key) || (view.tier !== "" && tier !== view.tier)) continue;
    known.set(key, {
      key,
      name: name ?? "unknown",
      tier,
      pinned: view.pinnedEnvironments.includes(key),
    });
  }
  const all = [...known.values()];
  return all.sort((a, b) => rank(a) - rank(b));
}

function fits(items: readonly StatusItem[], view: MatrixView): boolean {
  if (view.team !== "" && !items.some(({ team }) => keyOf(team) === keyOf(view.team))) return false;
  if (view.tier !== "" && !items.some(({ tier }) => tier === view.tier)) return false;
  if (view.only !== "" && !items.some((item) => is(item, view.only))) return false;
  const q = keyOf(view.q);
  return q === "" || items.some((item) => speaksOf(item, q));
}

function is(item: StatusItem, only: string): boolean {
  if (only === "behind") return item.behind !== null && item.behind.deployments > 0;
  return markOf(item)?.word === only;
}

function speaksOf({ service, team, environment, running }: StatusItem, q: string): boolean {
  const texts = [
    service,
    team,
    environment,
    running === null ? null : versionOf(running),
    running?.commitSha,
  ];
  return texts.some((text) => text?.toLowerCase().includes(q) === true);
}

function serviceRow(
  key: string,
  items: readonly StatusItem[],
  columns: Column[],
  view: MatrixView,
): ServiceRow {
  const byColumn = groupBy(items, (item) => keyOf(item.environment));
  return {
    type: "service",
    key,
    service: items[0]?.service ?? "unknown",
    team: items.find(({ team }) => team !== null)?.team ?? null,
    pinned: view.pinnedServices.includes(key),
    cells: columns.map((column) => (byColumn.get(column.key) ?? []).toSorted(newestFirst)),
  };
}

function withGroups(rows: readonly ServiceRow[]): Row[] {
  const pinned = rows.filter((row) => row.pinned);
  const groups = groupBy(
    rows.filter((row) => !row.pinned),
    (row) => keyOf(row.team),
  );
  const named = [...groups].toSorted(([a], [b]) => Number(a === "") - Number(b === "") || compare(a, b));
  const grouped = named.flatMap(([key, members]): Row[] => [
    { type: "group", key: `team:${key}`, team: members[0]?.team ?? null, services: members.length },
    ...members,
  ]);
  return [...pinned, ...grouped];
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const list = groups.get(key(item));
    if (list === undefined) groups.set(key(item), [item]);
    else list.push(item);
  }
  return groups;
}

const newestFirst = (a: StatusItem, b: StatusItem): number => compare(timeOf(b), timeOf(a));
const timeOf = ({ running, lastAttempt }: StatusItem): string =>
  running?.occurredAt ?? lastAttempt?.occurredAt ?? "";
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
