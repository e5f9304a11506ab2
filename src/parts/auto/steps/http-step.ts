/** `http`: one request to another system, through the client that reaches no private addresses. */
import type { HttpSpec } from "../../../domain/pipeline/pipeline-schema.ts";
import { fill, mapTexts } from "../../../domain/pipeline/template.ts";
import { toViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import { failed, type StepExecutor, succeeded } from "../executor.ts";
import type { Secrets } from "../secrets.ts";

/** The other side may use it to do the same thing once. */
const IDEMPOTENCY = "idempotency-key";

export const httpStep = (outbound: Services["outbound"], secrets: Secrets): StepExecutor<"http"> => ({
  run: async ({ step, key, signal }) => {
    const { secrets: wanted, expect, ...request } = step.spec;
    const { values, missing } = secrets(wanted);
    if (missing !== null) return failed(`the variable ${missing} is not set where vice runs`);
    const texts = (text: string): string => fill(text, ([, name = ""]) => values[name] ?? "");
    const { url, method, headers, body } = { ...request, ...headersOf(request, texts) };
    try {
      const sent = { method, headers: { [IDEMPOTENCY]: key, ...headers }, body, signal };
      const { status } = await outbound(null).send(url, sent);
      const isFine = expect.length === 0 ? status >= 200 && status < 300 : expect.includes(status);
      return isFine
        ? succeeded({ status: String(status) })
        : failed(`it answered ${status}`, { status: String(status) });
    } catch (error) {
      const { message, hint } = toViceError(error);
      return failed(`${message} ${hint}`);
    }
  },
  recover: async () => ({ what: "unknown", reason: "vice ended while the request was on its way" }),
});

/** Secrets stand in headers only. */
const headersOf = (
  { headers }: Pick<HttpSpec, "headers">,
  texts: (text: string) => string,
): Pick<HttpSpec, "headers"> => ({ headers: mapTexts(headers, texts) as Record<string, string> });
