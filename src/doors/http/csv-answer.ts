/** Answers a list as CSV, with columns that stay the same whatever the rows hold. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import type { Command } from "../../kit/command.ts";
import { csvColumns, csvOf, csvTable } from "../../kit/csv.ts";
import type { Services } from "../../ports/services.ts";

export type CsvWriter = (reply: FastifyReply, body: unknown) => FastifyReply;

/** `null` for commands whose answer is no list. */
export function csvWriterOf(command: Command<Services>): CsvWriter | null {
  const { list } = command;
  if (list === undefined) return null;
  const columns = columnsOf(command, list);
  const name = `${command.id.replace(/[^a-z0-9.-]/gi, "-")}.csv`;
  return (reply, body) => {
    const rows = fieldOf(body, list);
    const next = fieldOf(body, "next");
    // The cursor of the next page has no place in a table.
    if (typeof next === "string") reply.header("x-next-cursor", encodeURIComponent(next));
    reply.header("content-type", "text/csv; charset=utf-8; header=present");
    reply.header("content-disposition", `attachment; filename="${name}"`).header("cache-control", "no-store");
    const all: readonly unknown[] = Array.isArray(rows) ? rows : [];
    const own = fieldOf(body, "columns");
    // A query brings its own columns.
    if (Array.isArray(own) && all.every(Array.isArray)) return reply.send(csvTable(own.map(String), all));
    return reply.send(csvOf(all, columns));
  };
}

function columnsOf(command: Command<Services>, list: string): string[] {
  // a registry of its own: schemas with an id are then written out instead of referred to
  const metadata = z.registry<z.GlobalMeta>();
  const whole = z.toJSONSchema(command.output, { io: "output", unrepresentable: "any", metadata });
  const listSchema = fieldOf(whole.properties, list);
  return csvColumns(fieldOf(listSchema, "items"));
}

function fieldOf(object: unknown, key: string): unknown {
  if (typeof object !== "object" || object === null) return undefined;
  return Object.entries(object).find(([name]) => name === key)?.[1];
}
