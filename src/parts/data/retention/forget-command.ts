/** `vice data forget`: erases the names of a person; what was done stays in the log, by somebody unknown. */
import { z } from "zod";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { dataCommand } from "../define-command.ts";
import { recordEvents, saidEvent } from "../log/record-events.ts";

const KNOWN = 10_000;

export const forgetCommand = dataCommand({
  id: "data.forget",
  words: null,
  part: "data",
  summary: "Erase the names of a person everywhere; the log stays intact and verifies.",
  examples: ["vice data forget sidney"],
  effect: "danger",
  positional: ["person"],
  input: z.strictObject({ person: z.string().min(1).max(300).describe("Login, name or id.") }),
  output: z.object({ forgotten: z.int(), ids: z.array(z.string()) }),
  run: async ({ person }, ctx) => {
    const { maintenance, names } = ctx.services.store;
    const ids = maintenance.findPersons(person.trim());
    if (ids.length === 0) {
      const near = nearest(person, names.actors(KNOWN));
      throw new ViceError("not-found", {
        what: "person",
        name: person,
        nearest: near,
        hint: "Nothing was changed.",
      });
    }
    await recordEvents(
      ctx,
      ids.map((id) => saidEvent(ctx, "vice.person.forgotten.v1", null, { person: id })),
    );
    for (const id of ids) maintenance.forgetPerson(id);
    return { forgotten: ids.length, ids };
  },
  text: ({ forgotten, ids }) =>
    [
      ...ids.map((id) => `${id} is nobody now`),
      `${forgotten === 1 ? "One person was" : `${forgotten} entries of the person were`} forgotten. Raw bodies and backups may still name them: vice data prune --bodies-older-than 0d`,
    ].join("\n"),
});
