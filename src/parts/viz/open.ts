/** Where the page is: `vice viz open`. */
import { z } from "zod";
import type { Command } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import type { Services } from "../../ports/services.ts";

const input = z.object({});
const output = z.strictObject({ url: z.string() });

export const openPage: Command<Services, typeof input, typeof output> = {
  id: "viz.open",
  words: null,
  part: "viz",
  summary: "Say where the page of the running server is.",
  examples: ["vice viz open"],
  effect: "read",
  positional: [],
  input,
  output,
  run: (_, { services }) => {
    const url = services.baseUrl === null ? null : (services.config.publicUrl ?? services.baseUrl);
    if (url === null)
      throw new ViceError("conflict", {
        message: "No server runs on this home.",
        hint: "Start one: vice serve",
      });
    return { url };
  },
  text: ({ url }) => url,
};
