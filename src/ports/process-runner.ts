/** Port: starts processes for steps, keeps their logs, and knows after a crash what became of them. */

export interface ProcessJob {
  /** Names its files. */
  run: string;
  step: string;
  attempt: number;
  /** `run/step/attempt`: by this its processes are found again. */
  key: string;
  argv: readonly string[];
  cwd: string;
  /** Beside the few variables that every process gets (PATH, HOME, ...). */
  env: Readonly<Record<string, string>>;
  /** For its standard input; without it there is none. */
  input?: string;
  /** Texts that never stand in the log or in outputs. */
  secrets: readonly string[];
  /** Aborted with the reason `kill` it ends at once, else it is asked first. */
  signal: AbortSignal;
  /** Aborted when it is to end at once, also after it was asked. */
  kill?: AbortSignal;
}

export interface ProcessEnd {
  exitCode: number | null;
  /** That ended it. */
  signal: string | null;
  /** Why it could not be started. */
  problem: string | null;
  /** What it wrote to the file `$VICE_OUTPUTS`, as lines of `key=value`. */
  outputs: Record<string, string>;
}

export interface LogPart {
  text: string;
  /** Where the next part begins, in bytes. */
  next: number;
}

export interface StepLog {
  line(text: string): void;
  /** The text without the secrets. */
  mask(text: string): string;
  end(): Promise<void>;
}

export interface ProcessRunner {
  /** Never rejects. */
  run(job: ProcessJob): Promise<ProcessEnd>;
  /**
   * For a job that an earlier process of vice began: how it ended, if that was noted. What still runs of it is ended.
   * @returns `null` = nobody knows
   */
  recall(job: Pick<ProcessJob, "run" | "step" | "attempt" | "key">): Promise<ProcessEnd | null>;
  /** The log of a step that is no process: lines, masked, behind what earlier attempts wrote. */
  open(job: Pick<ProcessJob, "run" | "step" | "secrets">): StepLog;
  /** @returns `null` when the step wrote none */
  log(run: string, step: string, from: number): Promise<LogPart | null>;
  /** Takes away all files of a run that has ended. */
  forget(run: string): Promise<void>;
}
