/** `vice report drift`: what is behind what was promoted before it: by how many commits, deployments and days, and which commits. */
import { z } from "zod";
import type { Tone } from "../../../domain/chart/chart.ts";
import type { Block } from "../../../domain/chart/document.ts";
import { sayMs } from "../../../domain/chart/say-value.ts";
import { compare, promotionRank } from "../../../domain/promotion.ts";
import { count } from "../../../kit/count.ts";
import type { StatusItem } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import { sayRelease } from "../say.ts";
import { sayScope } from "./ask.ts";
import { reportKind } from "./kind.ts";
import { scopeInput } from "./usual-input.ts";

/** Commits whose messages are shown for one place. */
const MOST_COMMITS = 20;

const commit = z.strictObject({
  sha: z.string(),
  message: z.string().nullable(),
  author: z.string().nullable(),
});
const place = z.strictObject({
  service: z.string(),
  environment: z.string(),
  tenant: z.string().nullable(),
  runs: z.string().nullable(),
  since: z.string().nullable(),
  behind: z
    .strictObject({
      environment: z.string().describe("The one before it in the order of promotion"),
      runs: z.string().nullable(),
      deployments: z.int(),
      ms: z.number().describe("Since the version there succeeded there"),
      commits: z.int().nullable().describe("null = the commits between are not known"),
      newest: z.array(commit),
    })
    .nullable(),
});
const output = z.strictObject({
  scope: z.string(),
  environments: z.array(z.string()),
  items: z.array(place),
});
type Place = z.output<typeof place>;

const { service, team } = scopeInput;

export const driftReport = reportKind({
  name: "drift",
  about: "What is behind the environment before it: commits, deployments, days, and the commits themselves",
  input: z.object({ service, team }),
  output,
  data: ({ service: name, team: of }, { services, now }) => {
    const all = services.store.read.status({ service: name, team: of }, now());
    const rank = promotionRank(services.config.environmentOrder);
    const known = new Map(
      all.flatMap(({ environment, tier }) =>
        environment === null ? [] : [[environment, rank(environment, tier)] as const],
      ),
    );
    return {
      scope: sayScope({ service: name, team: of }),
      environments: [...known].sort((a, b) => a[1] - b[1] || compare(a[0], b[0])).map(([each]) => each),
      items: all.flatMap((item) => placeOf(item, all, services)),
    };
  },
  render: ({ scope, environments, items }) => {
    const behind = items.filter((item) => item.behind !== null);
    const services = new Set(behind.map((item) => item.service)).size;
    return {
      title:
        behind.length === 0
          ? `Nothing${scope} is behind`
          : `${count(services, "service")}${scope} ${services === 1 ? "is" : "are"} behind, in ${count(behind.length, "place")}`,
      summary: "A place is behind when the environment before it runs something newer that succeeded there.",
      blocks: [matrixOf(environments, items), behindOf(behind), ...behind.flatMap(diffOf)],
    };
  },
});

function placeOf(item: StatusItem, all: readonly StatusItem[], services: Services): Place[] {
  const { service: name, environment, tenant, running, behind } = item;
  if (name === null || environment === null) return [];
  const ahead =
    behind === null
      ? null
      : (all.find(
          (each) =>
            each.service === name && each.environment === behind.environment && each.tenant === tenant,
        )?.running ?? null);
  return [
    {
      ...{ service: name, environment, tenant },
      runs: running === null ? null : sayRelease(running),
      since: running?.occurredAt ?? null,
      behind:
        behind === null
          ? null
          : {
              ...behind,
              runs: ahead === null ? null : sayRelease(ahead),
              ...commitsBetween(running?.commitSha ?? null, ahead?.commitSha ?? null, services),
            },
    },
  ];
}

function commitsBetween(
  base: string | null,
  head: string | null,
  { store }: Services,
): { commits: number | null; newest: Array<z.output<typeof commit>> } {
  const range = base === null || head === null ? null : store.commits.range(base, head);
  if (range === null || !range.known) return { commits: null, newest: [] };
  return {
    commits: range.commits.length,
    newest: range.commits.slice(0, MOST_COMMITS).map(({ sha, message, author }) => ({
      ...{ sha, message: message?.split("\n", 1)[0] ?? null },
      author: author?.name ?? author?.login ?? null,
    })),
  };
}

const sayBehind = ({ commits, deployments, ms }: NonNullable<Place["behind"]>): string =>
  `${commits === null ? deployments : count(commits, "commit")} behind · ${sayMs(ms)}`;

function matrixOf(environments: readonly string[], items: readonly Place[]): Block {
  const rows = [...new Set(items.map((item) => item.service))].sort(compare);
  const at = new Map(items.map((item) => [`${item.service}\0${item.environment}`, item]));
  return {
    kind: "chart",
    chart: {
      ...{ kind: "matrix", title: "What runs where, and what is behind", rows, columns: environments },
      cells: rows.map((row) =>
        environments.map((environment) => {
          const item = at.get(`${row}\0${environment}`);
          if (item === undefined || item.runs === null) return null;
          const tone: Tone = item.behind === null ? "ok" : "warn";
          return { text: item.runs, tone, ...(item.behind === null ? {} : { more: sayBehind(item.behind) }) };
        }),
      ),
    },
  };
}

function behindOf(behind: readonly Place[]): Block {
  const right = { align: "right" as const };
  return {
    kind: "table",
    title: "Behind",
    empty: "Nothing is behind.",
    table: {
      columns: [
        ...["service", "environment", "runs", "before it", "runs there"].map((title) => ({ title })),
        ...["commits", "deployments", "since"].map((title) => ({ title, ...right })),
      ],
      rows: behind.map(({ service: name, environment, runs, behind: by }) => [
        ...[name, environment, runs ?? "–", by?.environment ?? "–", by?.runs ?? "–"],
        ...[
          sayCommits(by?.commits ?? null),
          String(by?.deployments ?? "–"),
          by === null ? "–" : sayMs(by.ms),
        ],
      ]),
    },
  };
}

const sayCommits = (commits: number | null): string => (commits === null ? "not known" : String(commits));

function diffOf({ service: name, environment, runs, behind }: Place): Block[] {
  if (behind === null || behind.newest.length === 0) return [];
  const more = (behind.commits ?? 0) - behind.newest.length;
  return [
    {
      kind: "heading",
      text: `${name}: ${environment} ${runs ?? ""} … ${behind.environment} ${behind.runs ?? ""}`,
    },
    {
      kind: "list",
      items: [
        ...behind.newest.map(({ sha, message, author }) =>
          [sha.slice(0, 8), message ?? "", author].filter(Boolean).join(" · "),
        ),
        ...(more > 0 ? [`and ${more} more`] : []),
      ],
    },
  ];
}
