/** `vice drift`: where what answers is not what was recorded. */
import { z } from "zod";
import { sayAgo } from "../../../kit/ago.ts";
import { table } from "../../../kit/table.ts";
import { deployCommand } from "../rules/define-command.ts";

const item = z.strictObject({
  service: z.string(),
  environment: z.string(),
  since: z.string(),
  observed: z.string().describe("What it says itself"),
  recorded: z.strictObject({ id: z.string(), version: z.string().nullable(), source: z.string() }).nullable(),
  reported: z.boolean().describe("Whether this version was ever recorded there"),
  message: z.string(),
});

export const drift = deployCommand({
  id: "deploy.drift",
  words: ["drift"],
  part: "deploy",
  summary: "Where what runs says another version than what was recorded, and since when.",
  examples: ["vice drift", "vice drift --json"],
  effect: "read",
  positional: ["service"],
  input: z.object({ service: z.string().trim().min(1).optional() }),
  output: z.strictObject({ items: z.array(item) }),
  list: "items",
  http: { method: "GET", path: "/v1/drift" },
  run: ({ service }, { services }) => ({
    items: services.store.standing
      .list("drift")
      .filter(({ data }) => service === undefined || data.service === service)
      .map(({ data, at }) => ({ ...data, since: at, message: say(data) })),
  }),
  text: ({ items }, style) =>
    items.length === 0
      ? "What runs is what was recorded, wherever it is asked (observe: in vice.yaml)."
      : table(
          items,
          [
            { title: "service", value: ({ service }) => service },
            { title: "environment", value: ({ environment }) => environment },
            { title: "since", value: ({ since }) => sayAgo(since, style.nowMs) },
            { title: "what", value: ({ message }) => message, flexible: true },
          ],
          style,
        ),
});

type Data = Pick<z.output<typeof item>, "observed" | "recorded" | "reported">;

function say({ observed, recorded, reported }: Data): string {
  if (recorded === null) return `${observed} answers there, and nobody reported it`;
  const other = reported
    ? `the service answers ${observed}`
    : `the service answers ${observed}, which nobody reported`;
  return `${recorded.source} says ${recorded.version ?? "nothing"}, ${other}`;
}
