/** Commits: brought in, asked for. */
export { appendCommits } from "./append-commits.ts";
export { type Brought, bringCommits, type WantedCommits } from "./bring-commits.ts";
