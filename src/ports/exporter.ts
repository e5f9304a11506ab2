/** Port: hands activities that ended to another system, as spans. Each try is independent; who follows the log says when. */
import type { OtlpExporterConfig } from "../domain/otlp/exporter-schema.ts";
import type { TellableActivity } from "../domain/otlp/to-traces.ts";

/** `problem` holds no secret: it is shown, kept and logged. */
export type Exported =
  /** `rejected`: spans that the other side did not want; `said`: what it said of them. */
  | { taken: true; rejected: number; said: string | null }
  /** The same may be taken later, in so many milliseconds at the earliest; `null` = it does not say. */
  | { taken: false; problem: string; next: "later"; afterMs: number | null }
  /** Fewer at once may be taken. */
  | { taken: false; problem: string; next: "smaller" }
  /** It will never be taken: what is in it is not right for the other side. */
  | { taken: false; problem: string; next: "never" };

export interface Exporter {
  /** Its name in the configuration: `otlp`. */
  name: string;
  /** Where it goes, without what is secret: a host. */
  where: string;
  /** Why nothing can be sent, such as a variable that is not set; `null` = it can. */
  problem: string | null;
  only: OtlpExporterConfig["only"];
  /** Whether it begins with the oldest. */
  history: boolean;
  /** Never throws for what the other side does. */
  send(items: readonly TellableActivity[], signal: AbortSignal): Promise<Exported>;
}

/** The exporters of the configuration as it is now. */
export interface Exporters {
  list(): Exporter[];
}
