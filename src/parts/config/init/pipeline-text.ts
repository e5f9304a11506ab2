/** Writes recorded steps as the `pipeline:` of a project file, with their usual times beside them. */
import { stringify } from "yaml";
import { sayDuration } from "../../../kit/duration.ts";
import type { RecordedPipeline, RecordedStep } from "./recorded-steps.ts";

const flow = (value: unknown): string => stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();

export function pipelineText({ whole, runs, steps }: RecordedPipeline): string {
  const from =
    whole === null ? "single steps" : `"${whole}", recorded ${runs === 1 ? "once" : `${runs} times`}`;
  return [
    `# From what was recorded here: ${from.replace(/\p{Cc}+/gu, " ")}. What ran at the same time waits for nothing`,
    "pipeline:",
    "  steps:",
    ...steps.flatMap(stepLines),
  ].join("\n");
}

function stepLines({ name, argv, cwd, needs, ...measured }: RecordedStep): string[] {
  const command = argv === null ? null : commandOf(argv);
  const run = cwd === "" ? { run: command } : { run: { command, cwd } };
  const kind = command === null ? { manual: name } : run;
  return [
    `    # ${measuredWords(measured)}`,
    ...(command === null
      ? ["    # recorded by `vice event`, without its command: write run: in place of manual:"]
      : []),
    ...(measured.isIncomplete
      ? ["    # *** or ... stands for what was hidden or cut when it was recorded: give it by env or secrets"]
      : []),
    `    ${flow(name)}: ${flow(needs.length === 0 ? kind : { needs, ...kind })}`,
  ];
}

/** A line where every word is plain; else the words, which need no quoting. */
const commandOf = (argv: readonly string[]): string | string[] =>
  argv.every((word) => /^[\w./:=@,+%-]+$/.test(word)) ? argv.join(" ") : [...argv];

function measuredWords({ usualMs, runs, failed }: Pick<RecordedStep, "usualMs" | "runs" | "failed">): string {
  const usual = usualMs === null ? "never seen to succeed" : `usually ${sayDuration(usualMs)}`;
  return `${usual}, ran ${runs === 1 ? "once" : `${runs} times`}${failed === 0 ? "" : `, failed ${failed === 1 ? "once" : `${failed} times`}`}`;
}
