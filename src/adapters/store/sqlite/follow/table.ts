/** The followers that there are; the order is the one in which they take a batch. */
import { dora } from "./dora/follow.ts";
import { figures } from "./figures.ts";
import type { Follower } from "./follower.ts";
import { lasting } from "./lasting.ts";
import { spans } from "./spans.ts";
import { stepDurations } from "./step-durations.ts";

export const FOLLOWERS: readonly Follower[] = [spans, lasting, stepDurations, dora, figures];
