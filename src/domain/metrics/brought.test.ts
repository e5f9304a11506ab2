/** What commits and changes say of the deployment that brought them: reverts of what was live, hotfixes. */
import { expect, test } from "vitest";
import { type Brought, remedyOfBrought } from "./brought.ts";

const SHA = (digit: string): string => digit.repeat(40);
/** `sha: message`, with `was` before it for a commit that was live there before. */
const brought = (...lines: string[]): Brought[] =>
  lines.map((line) => {
    const [, was, digit = "", message = ""] = /^(was )?(\w): ?(.*)$/s.exec(line) ?? [];
    return {
      sha: SHA(digit),
      message: message === "" ? null : message,
      isNew: was === undefined,
      changes: [],
    };
  });
const reverts = (digit: string, length = 40): string =>
  `Revert "Add cards"\n\nThis reverts commit ${SHA(digit).slice(0, length)}.`;

test.each<[string, string[], string | null]>([
  ["nothing said", ["a: Add cards", "b:"], null],
  ["of a commit that was live", ["a: Add colours", `b: ${reverts("c")}`], "revert"],
  ["by its short sha", [`b: ${reverts("c", 8)}`], "revert"],
  ["of one of the same deployment, which was never live", ["c: Add cards", `b: ${reverts("c", 8)}`], null],
  ["of one of the same deployment, by its subject", ["c: Add cards\n\nMore", `b: Revert "Add cards"`], null],
  ["by the subject alone", [`b: Revert "Add cards"`], "revert"],
  ["which was live before already", [`was b: ${reverts("c")}`], null],
  [
    "of a revert: it comes back as planned",
    [`b: Revert "Revert "Add cards""\n\nThis reverts commit ${SHA("c")}.`],
    null,
  ],
  [
    "as git 2.43 says that it comes back",
    [`b: Reapply "Add cards"\n\nThis reverts commit ${SHA("c")}.`],
    null,
  ],
])("a revert %s", (_, lines, remedy) => {
  expect(remedyOfBrought(brought(...lines))).toBe(remedy);
});

test("a merged change says it where its commits do not; one that takes back the same deployment does not", () => {
  const hotfix = { id: 1, remedy: "hotfix" as const };
  const revert = { id: 2, remedy: "revert" as const };
  const [plain, undo] = brought("a: Add colours", `b: ${reverts("a")}`);
  if (plain === undefined || undo === undefined) throw new Error("two");
  expect(remedyOfBrought([{ ...plain, changes: [hotfix] }])).toBe("hotfix");
  expect(remedyOfBrought([{ ...plain, changes: [hotfix], isNew: false }])).toBeNull();
  expect(remedyOfBrought([{ ...plain, changes: [hotfix, revert] }])).toBe("revert");
  const merge: Brought = { sha: SHA("d"), message: "Merge it", isNew: true, changes: [revert] };
  expect(remedyOfBrought([plain, { ...undo, changes: [revert] }, merge])).toBeNull();
  expect(remedyOfBrought([{ ...undo, changes: [revert] }, merge])).toBe("revert");
});
