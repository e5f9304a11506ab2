/** Writes the text of a first `vice.yaml`: what was found, with its file beside it, and what else can be said as comments. */
import { stringify } from "yaml";
import { foldName } from "../../../domain/fold-name.ts";
import { guessTier } from "../../../domain/tier.ts";
import type { TargetClue } from "./clue.ts";
import type { Said, Sketch } from "./look-around.ts";

const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: "flow", lineWidth: 0, aliasDuplicateObjects: false }).trim();

/** A name in front of a colon. */
const key = (name: string): string => stringify(name, { lineWidth: 0 }).trim();

const said = (line: string, file: string | null): string =>
  file === null ? line : `${line}  # ${file.replace(/\p{Cc}+/gu, " ")}`;

const SCHEMA = "# yaml-language-server: $schema=./node_modules/vice-deploy/schemas/vice.schema.json";

/** @param pipeline the text of the pipeline, where it is known otherwise */
export function projectText(sketch: Sketch, pipeline: string | null): string {
  const isPackage = sketch.clues.some(({ file }) => file === "package.json");
  return `${[
    ...(isPackage ? [SCHEMA] : []),
    "# What this project is, where it goes and when it may. Is it right? vice project check",
    "version: 1",
    `project: ${flow(sketch.project)}`,
    "# team: storefront         # who owns it",
    "",
    "services:",
    ...sketch.services.flatMap((service, at) => serviceLines(service, sketch, at === 0)),
    "",
    "# In the order of promotion: a version goes from one to the next when it succeeded. The first one is the default",
    "environments:",
    ...sketch.environments.flatMap((each) => environmentLines(each, sketch)),
    "",
    "# Checks after a deployment",
    "# verify:",
    '#   - { type: http, url: "https://shop.example.com/health" }',
    ...(pipeline === null ? stepLines(sketch) : ["", pipeline.trimEnd()]),
  ].join("\n")}\n`;
}

function serviceLines(service: Sketch["services"][number], sketch: Sketch, isFirst: boolean): string[] {
  const { artifact, target, otherTargets } = sketch;
  const own = target === null || hasOwn(target) ? null : target;
  const lines = [
    ...(service.path === undefined ? [] : [`    path: ${flow(service.path)}`]),
    ...(artifact === null ? [] : [said(`    artifact: ${flow(artifact.value)}`, artifact.file)]),
    ...(own === null ? [] : [said(`    target: ${flow(own.value.value)}`, own.file)]),
  ];
  const comments = isFirst ? otherTargets.map(otherLine) : [];
  if (target === null)
    comments.push(
      "    # target: { command: ./deploy.sh }   # how it is deployed; nothing that says it was found",
    );
  return [lines.length > 0 ? `  ${key(service.name)}:` : `  ${key(service.name)}: {}`, ...lines, ...comments];
}

/** Whether each environment has its own: then there is none for all, which might be that of production. */
const hasOwn = ({ value }: Said<TargetClue>): boolean => Object.keys(value.by ?? {}).length > 0;

function otherLine(other: Said<TargetClue>): string {
  const line = `target: ${oneLine(flow(other.value.value))}`;
  return said(
    hasOwn(other) ? `    # or in values of each environment: ${line}` : `    # or ${line}`,
    other.file,
  );
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ");

function environmentLines({ name, file }: Sketch["environments"][number], { target }: Sketch): string[] {
  const own = ownTarget(target, name);
  const isProduction = guessTier(name) === "production";
  return [
    said(`  - name: ${flow(name)}`, file),
    ...(own === null ? [] : [`    values: { target: ${flow(own)} }`]),
    ...(isProduction ? RULES : []),
  ];
}

const RULES = [
  "    # approvals: 1           # somebody else must agree",
  "    # maxCommits: 30         # small batches",
  "    # freeze:",
  "    #   - { reason: No releases at the weekend, every: week, from: fri 16:00, to: mon 07:00, timeZone: Europe/Berlin }",
];

function ownTarget(
  target: Said<TargetClue> | null,
  environment: string,
): Readonly<Record<string, unknown>> | null {
  const entries = Object.entries(target?.value.by ?? {});
  return entries.find(([name]) => foldName(name) === foldName(environment))?.[1] ?? null;
}

/** One after the other: that is always right, and easily changed. */
function stepLines({ steps }: Sketch): string[] {
  if (steps.length === 0) return [];
  return [
    "",
    "pipeline:",
    "  steps:",
    ...steps.map(({ name, run, file }, at) => {
      const before = steps[at - 1];
      const needs = before === undefined ? {} : { needs: [before.name] };
      return said(`    ${key(name)}: ${flow({ ...needs, run })}`, file);
    }),
  ];
}
