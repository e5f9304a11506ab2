/** Holds a value against a JSON Schema (2020-12, and what of older ones means the same). */
import { Ajv2020 } from "ajv/dist/2020.js";
import { saidBy } from "./tools.ts";

const MOST_TOLD = 3;

/** @returns what does not fit; `null` = it fits */
export function misfit(schema: Readonly<Record<string, unknown>>, value: unknown): string | null {
  try {
    // Of another draft it is read all the same; formats are words for people.
    const { $schema: _draft, ...rest } = schema;
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, logger: false });
    const validate = ajv.compile(rest);
    if (validate(value)) return null;
    const told = (validate.errors ?? []).slice(0, MOST_TOLD);
    return told.map(({ instancePath, message }) => `${instancePath || "/"} ${message}`).join(", ");
  } catch (error) {
    return `the schema is not understood: ${saidBy(error)}`;
  }
}
