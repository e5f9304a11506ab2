/** Reads a CSV file with quoted fields (RFC 4180) into one record per row, for the recorded tables of other tools. */
import { readFileSync } from "node:fs";

/** @returns rows by the names of the first line; values are texts, a missing one is "" */
export function readCsv(path: string): Array<Record<string, string>> {
  const [names = [], ...rows] = cells(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
  return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? ""])));
}

function cells(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const [whole, quoted, plain = "", end] = match;
    if (whole === "" && row.length === 0) break;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
