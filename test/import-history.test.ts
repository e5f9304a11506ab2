/** Two years of six tools, imported twice: the same counts, nothing twice, nothing missed. */
import { expect, test } from "vitest";
import { importCommand } from "../src/parts/data/intake/poll/import-command.ts";
import { BEGIN, EXPECTED, twoYears } from "./two-years.ts";
import { openWired, type WiredHouse } from "./wired-house.ts";

/** Things of a source by kind, from the store as every page reads it. */
function countsOf({ services: { store } }: WiredHouse, source: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page = store.read.activities({ source }, 500, cursor, Date.now());
    for (const { kind } of page.items) counts[kind] = (counts[kind] ?? 0) + 1;
    cursor = page.next;
  }
  return counts;
}

test("two years of six tools imported twice: the same counts, and not one event more", async () => {
  await using years = await twoYears();
  const house = await openWired({ sources: years.sources });
  try {
    const { store } = house.services;
    const words: string[] = [];
    const progress = (_: number | null, what: string): void => void words.push(what);
    const once = async (source: string) => house.run(importCommand, { source, since: BEGIN }, { progress });
    for (const [source, { commit = 0, ...kinds }] of Object.entries(EXPECTED)) {
      expect(await once(source)).toMatchObject({ instances: [{ since: BEGIN, commits: commit }] });
      expect([source, countsOf(house, source)]).toEqual([source, kinds]);
    }
    expect(words).toContainEqual(expect.stringMatching(/^octopus: [\d,]+ read/));
    const head = store.log.head().seq;
    for (const [source, { commit: _, ...kinds }] of Object.entries(EXPECTED)) {
      expect(await once(source)).toMatchObject({ instances: [{ transitions: 0, commits: 0 }] });
      expect([source, countsOf(house, source)]).toEqual([source, kinds]);
    }
    expect(store.log.head().seq).toBe(head);
    const known = Array.from({ length: EXPECTED["github"]?.["commit"] ?? 0 }, (_, n) =>
      (n + 1).toString(16).padStart(40, "0"),
    );
    expect(store.commits.unknown(known)).toEqual([]);
  } finally {
    await house.close();
  }
}, 120_000);
