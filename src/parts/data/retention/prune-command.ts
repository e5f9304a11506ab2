/** `vice data prune`: forgets raw bodies of old deliveries. */
import { z } from "zod";
import { ViceError } from "../../../kit/errors.ts";
import { readMoment } from "../../../kit/moment.ts";
import { dataCommand } from "../define-command.ts";
import { dropBodies } from "./drop-bodies.ts";

export const pruneCommand = dataCommand({
  id: "data.prune",
  words: null,
  part: "data",
  summary: "Forget raw bodies of old deliveries; the log and everything made from it stay.",
  examples: ["vice data prune --bodies-older-than 90d"],
  effect: "danger",
  positional: [],
  input: z.strictObject({
    bodiesOlderThan: z
      .string()
      .optional()
      .describe("90d, or a date. As configured (store.keepBodies) when left out."),
  }),
  output: z.object({ before: z.string(), count: z.int() }),
  run: ({ bodiesOlderThan }, { services, now, principal }) => {
    const days = services.config.keepBodiesDays;
    const wanted = bodiesOlderThan ?? (days === null ? undefined : `${days}d`);
    if (wanted === undefined) {
      const hint =
        "Type: vice data prune --bodies-older-than 90d, or write store: { keepBodies: 90d } into vice.server.yaml.";
      throw new ViceError("input.invalid", { message: "It is not said how old bodies may become.", hint });
    }
    return dropBodies(services, readMoment(wanted, now()), now(), principal.id);
  },
  text: ({ before, count }) =>
    count === 0
      ? `No body received before ${before} was left. Nothing was changed.`
      : `${count} bodies received before ${before} were forgotten; the log still verifies: vice audit verify`,
});
