/** Why two activities are linked, as a clause: the server names what both carry. Pure. */

const CLAUSES: ReadonlyArray<readonly [reason: RegExp, says: string]> = [
  [/^(commit \S+), which it brought$/, "$1 was among what was brought"],
  [/^(commit \S+) names (\S+)$/, "$1 names $2"],
  [/^(commit \S+) names it$/, "$1 names it"],
  [/^(commit \S+)$/, "both have $1"],
  [/^(ticket \S+)$/, "named as $1"],
  [/^(change \S+)$/, "named as $1"],
  [/^run (.+)$/, "done by the run $1"],
  [/^artifact (.+)$/, "the same artifact $1"],
  [/^version (.+)$/, "the same version $1"],
  [/^branch (.+)$/, "worked on in branch $1"],
  [/^part of it$/, "one is a part of the other"],
];

/** What it does not know it leaves as it is, such as the words of a person. */
export function sayReason(reason: string): string {
  for (const [pattern, says] of CLAUSES) if (pattern.test(reason)) return reason.replace(pattern, says);
  return reason;
}
