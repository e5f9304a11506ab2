/** The vendors that can be triggered. */
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { heroku } from "./heroku.ts";
import { jenkins } from "./jenkins.ts";
import { octopus } from "./octopus.ts";
import { teamcity } from "./teamcity.ts";
import type { Vendor } from "./vendor.ts";

export const VENDORS: readonly Vendor[] = [jenkins, gitlab, github, octopus, teamcity, heroku];
