/** Colours for the terminal, only where they are wanted. */
import type { TextStyle } from "../../../kit/command.ts";
import type { Env, OutputStream } from "../cli-options.ts";

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Paint = TextStyle["color"];

export const plain: Paint = (_name, text) => text;

export const coloured: Paint = (name, text) => {
  const [on, off] = CODES[name];
  return text === "" ? text : `\u001b[${on}m${text}\u001b[${off}m`;
};

/** `--no-color`, NO_COLOR (no-color.org), a dumb terminal or no terminal: none. FORCE_COLOR brings them into a pipe. */
export function paintFor(stream: Pick<OutputStream, "isTTY">, env: Env, wanted: boolean): Paint {
  if (!wanted || env["NO_COLOR"]) return plain;
  if (env["FORCE_COLOR"] && env["FORCE_COLOR"] !== "0") return coloured;
  return stream.isTTY === true && env["TERM"] !== "dumb" ? coloured : plain;
}

/** In a pipe nothing is cut: whoever reads it has no edge of the screen. */
const UNCUT_COLUMNS = 1000;

export function columnsOf(stream: Pick<OutputStream, "isTTY" | "columns">, env: Env): number {
  if (stream.isTTY === true && stream.columns !== undefined && stream.columns > 0) return stream.columns;
  const said = Number(env["COLUMNS"]);
  return Number.isInteger(said) && said >= 20 ? said : UNCUT_COLUMNS;
}
