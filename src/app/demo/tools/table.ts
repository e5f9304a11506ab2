/** Who tells the story for which tool. */
import type { DeployToolName, Teller, ToolName } from "../story.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { heroku } from "./heroku.ts";
import { jenkins } from "./jenkins.ts";
import { octopus } from "./octopus.ts";
import { teamcity } from "./teamcity.ts";

export const TELLERS: Readonly<Record<DeployToolName, Teller>> = {
  gitlab,
  github,
  jenkins,
  heroku,
  octopus,
  teamcity,
};

export const TOOL_NAMES: readonly ToolName[] = [
  ...(Object.keys(TELLERS) as readonly DeployToolName[]),
  ...(["jira", "pagerduty", "launchdarkly", "tests"] as const),
];
