/** What the steps of a deployment are told. Pure. */

/** Verbs of a target that are steps; those that it lacks are left out. */
export const STEP_VERBS = ["prepare", "start", "health", "switch", "stop", "rollback", "cleanup"] as const;
export type StepVerb = (typeof STEP_VERBS)[number];

export interface GateSpec {
  /** Which rules are asked: all for what is new, only the lock for going back and for operating what runs. */
  rules: "all" | "lock";
  /** So long it waits until nothing stands against it; 0 = it is refused at once. */
  waitMs: number;
}

export interface TargetSpec {
  verb: StepVerb;
  /** `former`: it is about what ran before. */
  of: "release" | "former";
  /** Its failure is told and spoils nothing: the new release serves already. */
  soft: boolean;
}
