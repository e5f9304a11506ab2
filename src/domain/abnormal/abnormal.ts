/** What is not as usual: something that hangs, a queue that grows, a service that is not deployed any more. */

export const ABNORMAL_KINDS = ["stuck", "queue", "undeployed"] as const;
export type AbnormalKind = (typeof ABNORMAL_KINDS)[number];

export interface AbnormalFound {
  /** Names it among all: found once, until it is settled. */
  key: string;
  kind: AbnormalKind;
  /** The activity that hangs; `null` for what is about a service or a queue. */
  activity: string | null;
  service: string | null;
  /** Since when it has been so (ISO 8601). */
  since: string;
  /** How it is, and how it usually is, in the unit of the kind: milliseconds; for a queue a number of tasks. */
  value: number;
  usual: number;
  /** One sentence for people. */
  said: string;
}

export interface AbnormalSettled {
  key: string;
  /** One sentence: why it is no more. */
  said: string;
}
