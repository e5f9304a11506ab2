/** The forms of steps that work on files: `package`, `copy`, `template`. */
import { z } from "zod";
import { oneOrMore, secretNames, text } from "./forms.ts";

const outside = z
  .boolean()
  .default(false)
  .describe("Paths may leave the folder of the pipeline: absolute ones, .. and links out of it");

const base = text.default(".").describe("Folder that the paths are seen from, and keep their places below");
const exclude = z.array(text).default([]).describe("What is left out: paths, with * and **");

const paths = oneOrMore(text)
  .refine((given) => given.length > 0, "at least one path")
  .describe("Files and folders, with * and **");

const ARCHIVE = /\.(?:tar|tar\.gz|tgz)$/;

export const packageForm = z.strictObject({
  paths,
  exclude,
  base,
  to: text
    .refine((to) => ARCHIVE.test(to), "an archive is called .tar, .tar.gz or .tgz")
    .describe("The archive: .tar, .tar.gz or .tgz"),
  outside,
});
export type PackageSpec = z.output<typeof packageForm>;

export const copyForm = z.strictObject({
  from: paths,
  exclude,
  base,
  to: text.describe("Folder; it is made when it is not there"),
  outside,
});
export type CopySpec = z.output<typeof copyForm>;

export const templateForm = z.strictObject({
  from: text.describe("A file with places that are filled in"),
  to: text.describe("The file that is written"),
  secrets: secretNames("Variables of vice's own environment that the file may name as env.NAME"),
  outside,
});
export type TemplateSpec = z.output<typeof templateForm>;
