/** `vice trace`: one piece of work from the wish to the users, across tools, and where its time went. */
import { z } from "zod";
import { KINDS, STATUSES } from "../../../domain/activity.ts";
import type { Command } from "../../../kit/command.ts";
import { atMoment } from "../../../kit/moment-input.ts";
import { printable, table } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { sayStatus } from "../say.ts";
import { waterfall } from "./waterfall.ts";
