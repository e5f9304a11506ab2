/** Outcomes whose deliveries are kept and can be looked at; duplicates and rejected ones are only counted. */
import type { Outcome } from "../api/types.ts";

export const KEPT: readonly Outcome[] = ["accepted", "ignored", "unmapped"];
