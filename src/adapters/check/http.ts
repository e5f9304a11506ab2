/** `http`: one request, and what its answer must be. */
import { z } from "zod";
import { conditionMisses, type Miss } from "../../domain/verify/expect.ts";
import { captures, checkForm, conditionForm, textExpectation } from "../../domain/verify/forms.ts";
import type { Checker } from "../../ports/check.ts";
import { answerOf, failure } from "./answer.ts";
import { sayConnection } from "./reach.ts";
import { type Answered, ask } from "./request.ts";
import { seenText, tools } from "./tools.ts";

const code = z.int().min(100).max(599);
const status = z.union([code, z.string().regex(/^[1-5]xx$/, "write 200, 2xx, or a list of them")]);
const FINE = "2xx";

/** What is reached by HTTP, and by which trust. */
export const webShape = {
  headers: z.record(z.string(), z.string()).default({}),
  follow: z
    .union([z.boolean(), z.int().min(0).max(20)])
    .default(true)
    .transform((given) => (typeof given === "number" ? given : given ? 5 : 0))
    .describe("Redirects are followed; false = the redirect is the answer"),
  ca: z.string().min(1).optional().describe("File with certificates that are trusted"),
  insecure: z.boolean().default(false).describe("Take any certificate"),
};

const schema = checkForm("http", {
  url: z.string().min(1),
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]).default("GET"),
  ...webShape,
  body: z.unknown().optional().describe("Sent as JSON; a text is sent as it is"),
  expect: z
    .strictObject({
      status: z
        .union([status, z.array(status).min(1)])
        .optional()
        .describe("200, 2xx, or a list; else 2xx"),
      header: z
        .record(z.string(), conditionForm)
        .optional()
        .describe("A plain text must stand in the header"),
      ...textExpectation,
    })
    .default({}),
  capture: captures,
});
type HttpSpec = z.output<typeof schema>;

export const httpCheck: Checker<HttpSpec> = {
  kind: "http",
  about: "A request: status, headers, body, JSON and time of its answer",
  schema,
  subject: ({ method, url }) => (method === "GET" ? url : `${method} ${url}`),
  run: async (call) => {
    const { expect, capture, ...asking } = call.spec;
    try {
      const answered = await ask(asking, call);
      const { text, headers, durationMs } = answered;
      const seen = seenText(text, durationMs, { headers, cookies: call.cookies.all() });
      return await answerOf(call, seen, expect, capture, [
        ...statusMisses(answered, expect),
        ...headerMisses(answered, expect),
      ]);
    } catch (error) {
      return failure(`${asking.url}: ${sayConnection(error)}`);
    }
  },
};

function statusMisses({ status: got, text }: Answered, { status: said = FINE }: HttpSpec["expect"]): Miss[] {
  const wanted = [said].flat();
  const fits = wanted.some((each) => each === got || each === `${Math.floor(got / 100)}xx`);
  const actual = text.trim() === "" ? String(got) : `${got} (${text.trim()})`;
  return fits ? [] : [{ what: "the status", expected: wanted.join(" or "), actual }];
}

function headerMisses({ headers }: Answered, { header = {} }: HttpSpec["expect"]): Miss[] {
  return Object.entries(header).flatMap(([name, form]) => {
    const value = headers[name.toLowerCase()];
    const wanted = typeof form === "string" ? { contains: form } : form;
    return conditionMisses(`header ${name}`, wanted, value === undefined ? [] : [value], tools);
  });
}
