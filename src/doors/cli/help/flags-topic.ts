/** `vice help flags`: what every verb understands, the environment, and the exit codes. */
import { ERRORS } from "../../../kit/errors.ts";
import { GLOBAL_FLAGS } from "../global-flags.ts";
import {
  type HelpRow,
  type HelpStyle,
  indented,
  sections,
  title,
  twoColumns,
  widthOf,
  wrap,
} from "./lay-out.ts";

const ENVIRONMENT: readonly HelpRow[] = [
  { left: "VICE_SERVER", right: "address of the server to use, as http://127.0.0.1:4400" },
  { left: "VICE_TOKEN", right: "token for it" },
  { left: "VICE_HOME", right: "where store, spool and server record live (default: the XDG data folder)" },
  { left: "VICE_PUBLIC_URL", right: "where others reach a server, as https://vice.example.com" },
  { left: "VICE_TIME_ZONE", right: "whose days and weeks numbers count, as Europe/Berlin (default: UTC)" },
  { left: "PAGER", right: "shows what is longer than the screen (default: less; cat for none)" },
  { left: "NO_COLOR", right: "no colours" },
  { left: "VICE_DEBUG", right: "shows the stack of every error" },
];

/** What each exit code of vice itself means (CONTRACT section 4). */
export const EXIT_CODES: ReadonlyArray<readonly [code: number, meaning: string]> = [
  [0, "fine"],
  [1, "the answer is no: vice doctor found something to mend"],
  [20, "the deployment failed and was rolled back"],
  [21, "verification failed"],
  [22, "the deployment failed and was not rolled back"],
  [23, "not allowed to deploy now"],
  [64, "the command line is not right"],
  [65, "bad data"],
  [66, "no such thing"],
  [69, "server or engine not reachable"],
  [70, "a bug in vice"],
  [75, "try again"],
  [77, "no permission"],
  [130, "stopped with Ctrl-C"],
];

export function flagsTopic(style: HelpStyle): string {
  const flags = GLOBAL_FLAGS.map(({ flag, short, value, about }) => ({
    left: `${short === null ? "    " : `-${short}, `}--${flag}${value === null ? "" : ` ${value}`}`,
    right: about,
  }));
  const codes = EXIT_CODES.map(([code, meaning]) => ({ left: String(code), right: meaning }));
  return sections([
    [title("Flags that every verb has", style), ...twoColumns(flags, style)],
    [
      title("Environment", style),
      ...twoColumns(ENVIRONMENT, style),
      ...indented(
        wrap("A flag goes before the environment, the environment before a file.", widthOf(style) - 2),
      ),
    ],
    [title("Exit codes", style), ...twoColumns(codes, style)],
  ]);
}

/** Exit codes that errors of the table can give. */
export const usedExitCodes = (): number[] =>
  [...new Set(Object.values(ERRORS).map(({ exit }) => exit))].sort((a, b) => a - b);
