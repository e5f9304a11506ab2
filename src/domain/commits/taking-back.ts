/** Reads from a commit's message whether it takes a change back, by the change's number. Pure. */

const SUBJECT = /^revert:? ".*[(]([#!]\d+)[)]"/i;
/** GitHub's reverting pull requests say `Reverts owner/name#12`, GitLab's `This reverts merge request group/app!12`. */
const BODY = /\breverts (?:merge request )?([\w./-]*[#!]\d+)\b/gi;

/** @returns `#12`, `!12`, `owner/name#12`, as they stand there; of a revert of a revert only the last revert */
export function changesTakenBack(message: string): string[] {
  const [subject = ""] = message.split("\n", 1);
  const ofSubject = SUBJECT.exec(subject)?.[1] ?? [];
  const ofBody = [...message.matchAll(BODY)].map(([, name = ""]) => name);
  return [...new Set([ofSubject, ofBody].flat())];
}

/** Whether a commit says of itself that it takes something back: it is no part of what it names. */
export const isRevert = (message: string | null): boolean =>
  /^(?:revert(?:ed|s)?\b[ :]*["“'(]|reapply ")|\bthis reverts (?:commit|merge request)\b/i.test(
    message ?? "",
  );
