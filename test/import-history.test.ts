/** Two years of six tools, imported twice: the same counts, nothing twice, nothing missed. */
import { expect, test } from "vitest";
import { importCommand } from "../src/parts/data/intake/poll/import-command.ts";
import { doraMetrics } from "../src/parts/viz/dora/index.ts";
import type { DoraOutput } from "../src/parts/viz/dora/shape.ts";
import { hook } from "./fake-github.ts";
import { hooksOf } from "./fake-jira.ts";
import { BEGIN, EXPECTED, githubHeld, jiraIssues, twoYears } from "./two-years.ts";
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

/** What the tools sent of the first things of these years. */
function webhooksOf() {
  const { deployments, statuses, pulls = [] } = githubHeld();
  const ofGithub = [
    ...deployments.slice(0, 2).map((deployment) => {
      const [, status] = statuses[deployment.id] ?? [];
      return hook("deployment_status", { deployment, deployment_status: status });
    }),
    ...pulls.slice(0, 2).map((pull) => hook("pull_request", { action: "closed", pull_request: pull })),
  ];
  return [
    ...ofGithub.map((sent) => ({ source: "github", ...sent })),
    ...jiraIssues()
      .slice(0, 5)
      .flatMap(hooksOf)
      .map((sent) => ({ source: "jira", ...sent })),
  ];
}

test("two years of six tools imported twice, beside webhooks: the same counts, and not one event more", async () => {
  await using years = await twoYears();
  const house = await openWired({ sources: years.sources });
  try {
    const { store } = house.services;
    // Webhooks have told some of it before: of these, too, there shall be one.
    for (const { source, headers, body } of webhooksOf())
      await house.send({ source, headers: { ...headers }, body });
    expect([countsOf(house, "jira"), countsOf(house, "github")]).toEqual([
      { ticket: 5 },
      { deployment: 2, change: 2 },
    ]);
    const words: string[] = [];
    const progress = (_: number | null, what: string): void => void words.push(what);
    const once = async (source: string) => house.run(importCommand, { source, since: BEGIN }, { progress });
    for (const [source, { commit = 0, ...kinds }] of Object.entries(EXPECTED)) {
      expect(await once(source)).toMatchObject({ instances: [{ since: BEGIN, commits: commit }] });
      expect([source, countsOf(house, source)]).toEqual([source, kinds]);
    }
    expect(words).toContainEqual(expect.stringMatching(/^octopus: [\d,]+ read, counting what is left$/));
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
    const asked = { service: "example-shop/shop", from: BEGIN, to: "2026-11-20T00:00:00.000Z" };
    const dora = (await house.run(doraMetrics, asked)) as DoraOutput;
    // Four commits to a deployment, one every 19 h 27 min 12 s: half of them wait for two of these spans, and two minutes.
    expect(dora.metrics.changeLeadTime).toMatchObject({ value: 140_280, count: 893, reason: null });
  } finally {
    await house.close();
  }
}, 120_000);
