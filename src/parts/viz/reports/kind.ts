/**
 * What one kind of report is: `vice report <name>`. To add one, write a file beside this one with `reportKind({...})` and
 * put it into `table.ts`; terminal, Markdown, HTML, JSON, CSV, HTTP, the page and help come from it.
 */
import type { z } from "zod";
import type { ReportDocument } from "../../../domain/chart/document.ts";
import type { CommandContext, TextStyle } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";

/** How a document is asked for. */
export interface Look {
  nowMs: number;
  /** IANA name of the zone in which days and hours are said. */
  zone: string;
}

export interface ReportKind<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
> {
  /** One word, as it is typed: `vice report dora`. */
  name: string;
  /** One line for help and the list of kinds. */
  about: string;
  /**
   * Flags of the command. One object for all kinds: a key that two kinds have means the same in both, and has the same
   * type. `subject` is the second word (`vice report incident ID`); `spanInput` and `scopeInput` are there for the usual ones.
   */
  input: Input;
  /** What the second word is called in help and errors, in capitals; there when the input has `subject`. */
  subject?: string;
  /** What `--json` has beside `report` and `title`. */
  output: Output;
  /** Reads; never writes, never prints. @throws ViceError */
  data(input: z.output<Input>, ctx: CommandContext<Services>): Promise<z.input<Output>> | z.input<Output>;
  /** Pure: the same data is the same document. The title states the finding. */
  render(data: z.output<Output>, look: Look): ReportDocument;
  /** The terminal's text, where it is better than the document said line by line. */
  text?(data: z.output<Output>, style: TextStyle): string;
  /** Rows for `--format csv`, where a report has rows that people take into a spreadsheet. */
  csv?(data: z.output<Output>): { columns: readonly string[]; rows: readonly unknown[] };
}

/** Keeps the types of a kind while it is written; the table holds them all as one type. */
export const reportKind = <Input extends z.ZodObject, Output extends z.ZodObject>(
  kind: ReportKind<Input, Output>,
): ReportKind<Input, Output> => kind;
