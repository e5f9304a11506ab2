/** The exporters of a configuration as ports; one stays the same until the configuration is read again. */
import type { OtlpExporterConfig } from "../../domain/otlp/exporter-schema.ts";
import type { Exporter, Exporters } from "../../ports/exporter.ts";
import { type OtlpParts, otlpExporter } from "./otlp.ts";

/** @param configured read at each use: a configuration may be read again */
export function createExporters(configured: () => OtlpExporterConfig | null, parts: OtlpParts): Exporters {
  let made: { config: OtlpExporterConfig; exporter: Exporter } | null = null;
  return {
    list: () => {
      const config = configured();
      if (config === null) return [];
      if (made?.config !== config) made = { config, exporter: otlpExporter(config, parts) };
      return [made.exporter];
    },
  };
}
