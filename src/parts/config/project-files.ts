/** Project files as doors hand them to commands: a server cannot look into the folder of who asks. */
import { z } from "zod";

const MOST_CHARACTERS = 1_000_000;

export const projectFile = z.object({
  text: z.string().max(MOST_CHARACTERS).describe("What stands in vice.yaml"),
  name: z.string().max(1000).default("vice.yaml").describe("What errors call it"),
  place: z.string().max(1000).nullable().default(null).describe("Its folder or repository"),
  changedAt: z.iso.datetime().nullable().default(null).describe("When it was changed"),
  origin: z.enum(["found", "sent"]).default("sent").describe("Looked for by the door, or named"),
});
export type ProjectFileSent = z.output<typeof projectFile>;

/** `file: "projects"`: the terminal reads the files that are named, or looks for them. */
export const filesInput = {
  files: z
    .array(projectFile)
    .max(500)
    .default([])
    .meta({ file: "projects" })
    .describe("vice.yaml; default: the one in this folder or above it"),
  under: z.string().optional().describe("Every vice.yaml below this folder, as the terminal finds them"),
};
