/** The schema of `exporters` in `vice.server.yaml`: where spans go, and which of them. Pure. */
import { z } from "zod";
import { type Activity, KINDS } from "../activity.ts";
import { isReference } from "../notify/channel.ts";
import { compilePattern } from "../pattern.ts";

const line = z
  .string()
  .trim()
  .min(1)
  .max(4000)
  .refine((text) => !/\p{Cc}/u.test(text), "has one line, without control characters");

const REFERRED = "env:NAME or file:PATH says where it is";

const address = line.refine((text) => isReference(text) || /^https?:\/\/[^/]/i.test(text), {
  message: `expected an address like http://127.0.0.1:4318, or where it stands: ${REFERRED}`,
});

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, "is no name of a header");

const pattern = line.refine((text) => {
  try {
    compilePattern(text);
    return true;
  } catch {
    return false;
  }
}, "is no pattern; * stands for any run of characters");

export const otlpExporterSchema = z.strictObject({
  url: address.describe(
    `The collector (OTLP over HTTP, JSON), as http://127.0.0.1:4318; without a path /v1/traces is meant; ${REFERRED}`,
  ),
  headers: z.record(headerName, line).default({}).describe(`Headers, such as tokens; ${REFERRED}`),
  only: z
    .strictObject({
      kinds: z.array(z.enum(KINDS)).min(1).optional(),
      source: pattern.optional(),
      service: pattern.optional(),
      team: pattern.optional(),
      environment: pattern.optional(),
      tier: pattern.optional(),
    })
    .default({})
    .describe("Narrows what is sent; names may hold *"),
  history: z
    .boolean()
    .default(false)
    .describe("Begin with the oldest activity and not with what comes from now on"),
});
export type OtlpExporterConfig = z.output<typeof otlpExporterSchema>;

export const exportersSchema = z
  .strictObject({ otlp: otlpExporterSchema.optional() })
  .default({})
  .describe("Where activities are sent as spans when they end");

/** @returns whether an activity is one of those that are sent */
export function tellable(only: OtlpExporterConfig["only"]): (activity: Activity) => boolean {
  const { kinds, ...patterns } = only;
  const tests = (["source", "service", "team", "environment", "tier"] as const).flatMap((key) => {
    const said = patterns[key];
    if (said === undefined) return [];
    const compiled = compilePattern(said);
    return [(activity: Activity): boolean => activity[key] !== null && compiled.test(activity[key])];
  });
  return (activity) =>
    (kinds === undefined || kinds.includes(activity.kind)) && tests.every((test) => test(activity));
}
