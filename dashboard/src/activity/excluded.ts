/** Reads why an activity does not count. Pure. */

const VOIDED = "voided: ";

/** Whether a person (or a test of a connection) left it out, and no rule. */
export const isVoided = (excluded: string | null): boolean => excluded?.startsWith(VOIDED) === true;

export const isTest = (excluded: string | null): boolean => /^(voided: )?test\b/i.test(excluded ?? "");

export function whyLeftOut(excluded: string): string {
  const reason = excluded
    .replace(VOIDED, "")
    .replace(/^test: /, "")
    .replace(/\.$/, "");
  if (!isVoided(excluded)) return `A rule leaves it out of all views and numbers: ${reason}.`;
  return `${isTest(excluded) ? "A test" : "Voided"}, so it stands in no view and no number: ${reason}.`;
}
