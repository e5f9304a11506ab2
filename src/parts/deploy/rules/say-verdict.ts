/** The verdict of the rules in words, for a terminal. */
import type { TextStyle } from "../../../kit/command.ts";
import type { MayDeploy } from "./may-deploy.ts";

export function sayVerdict(verdict: MayDeploy, style: TextStyle): string {
  const { allowed, reasons, unknown, overridden, service, environment, version } = verdict;
  const what = `${service}${version === null ? "" : ` ${version}`} to ${environment}`;
  const lines = allowed
    ? [`${style.color("green", "✓")} ${what}: go ahead.`]
    : [`${style.color("red", "✗")} ${what}: not now.`];
  for (const { message, hint } of reasons) lines.push(`  ${message}`, `    ${style.color("dim", hint)}`);
  for (const { message } of overridden) lines.push(`  ${style.color("yellow", "overridden:")} ${message}`);
  for (const { message } of unknown) lines.push(`  ${style.color("yellow", "not judged:")} ${message}`);
  return lines.join("\n");
}
