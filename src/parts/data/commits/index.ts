/** Commits: brought in, asked for. */
export { appendCommits } from "./append-commits.ts";
export { type Brought, bringCommits } from "./bring-commits.ts";
export { bringLines } from "./bring-lines.ts";
export type { WantedCommits } from "./commit-sources.ts";
