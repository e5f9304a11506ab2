/** The flags that every verb has. */

export interface GlobalFlag {
  flag: string;
  short: string | null;
  /** What the value is called in help; `null` = a switch. */
  value: string | null;
  about: string;
}

export const GLOBAL_FLAGS: readonly GlobalFlag[] = [
  { flag: "json", short: null, value: null, about: "Print the result as one JSON document" },
  { flag: "csv", short: null, value: null, about: "Print a list as CSV" },
  { flag: "server", short: null, value: "URL", about: "The server to ask (VICE_SERVER)" },
  { flag: "token", short: null, value: "TOKEN", about: "The token for it (VICE_TOKEN)" },
  { flag: "home", short: null, value: "DIR", about: "Where store and spool live (VICE_HOME)" },
  { flag: "yes", short: "y", value: null, about: "Do not ask back" },
  { flag: "no-input", short: null, value: null, about: "Never ask; refuse what would need an answer" },
  { flag: "no-color", short: null, value: null, about: "No colours (NO_COLOR)" },
  { flag: "quiet", short: "q", value: null, about: "No progress and no notes" },
  { flag: "help", short: "h", value: null, about: "Show help" },
];

/** What the global flags of a command line said. */
export interface GlobalValues {
  json: boolean;
  csv: boolean;
  server: string | null;
  token: string | null;
  home: string | null;
  yes: boolean;
  input: boolean;
  color: boolean;
  quiet: boolean;
}

/** The global flag that a word of the command line is, or `null`. */
export function globalFlagOf(word: string): GlobalFlag | null {
  const [name = ""] = word.split("=", 1);
  return GLOBAL_FLAGS.find(({ flag, short }) => name === `--${flag}` || name === `-${short}`) ?? null;
}

/** How many words of the command line a global flag takes, itself included. */
export const widthOf = (flag: GlobalFlag, word: string): number =>
  flag.value === null || word.includes("=") ? 1 : 2;

/** Whether help is asked for; what stands behind `--` belongs to somebody else. */
export function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return (end < 0 ? words : words.slice(0, end)).some((word) => word === "--help" || word === "-h");
}
