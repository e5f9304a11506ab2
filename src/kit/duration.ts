/** Durations as people write them (`15m`, `24h`, `90d`) and as they like to read them (`3 min`, `2 d 4 h`). */
export { parseDuration } from "../domain/duration.ts";
export { sayDuration } from "../domain/say-duration.ts";
