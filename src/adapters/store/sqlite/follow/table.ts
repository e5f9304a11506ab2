/** The followers that there are; the order is the one in which they take a batch. */
import type { Follower } from "./follower.ts";
import { spans } from "./spans.ts";

export const FOLLOWERS: readonly Follower[] = [spans];
