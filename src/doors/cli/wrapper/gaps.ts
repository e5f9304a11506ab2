/** Says in one line what a record lacks that its writer most probably meant to give; it is recorded all the same. */
import type { SpoolStart } from "../../../domain/spool.ts";
import { maskText } from "./mask.ts";
import type { CommandLine } from "./options.ts";
import { printError } from "./say.ts";

export function sayGaps(line: CommandLine, entry: SpoolStart): void {
  const gaps = [...tagGaps(line), ...placeGaps(entry)];
  if (gaps.length > 0 && !line.values.has("quiet")) printError(`vice: ${gaps.join("; ")}`);
}

/** `--tag shop` where `--tag service=shop` was meant. */
function tagGaps(line: CommandLine): string[] {
  const bare = (line.values.get("tag") ?? []).filter((tag) => tag.trim() !== "" && !/[=|]/.test(tag));
  return bare.map(maskText).map((tag) => `the tag "${tag}" has no value, write --tag ${tag}=VALUE`);
}

function placeGaps({ kind, service, environment }: SpoolStart): string[] {
  if (kind !== "deployment" || (service && environment)) return [];
  const names = [...(service ? [] : ["service"]), ...(environment ? [] : ["environment"])];
  const flags = [...(service ? [] : ["--service NAME"]), ...(environment ? [] : ["--env NAME"])];
  return [`this deployment stands under no ${names.join(" and no ")}, add ${flags.join(" ")}`];
}
