/** `vice config diff`: what differs between two environments; of secrets only whether they are the same. */
import { z } from "zod";
import type { CheckPipeline } from "../../../domain/project/project.ts";
import {
  type Difference,
  differences,
  OUTCOMES,
  type Shown,
  type Side,
} from "../../../domain/values/diff.ts";
import { sayReference } from "../../../domain/values/reference.ts";
import { count } from "../../../kit/count.ts";
import { printable, table } from "../../../kit/table.ts";
import { configCommand } from "../define-command.ts";
import { layersIn } from "./resolve-values.ts";
import { asksTheLog, mayOpen, projectInput, type Subject, subjectWith, whereInput } from "./subject.ts";

const shown = z.strictObject({
  secret: z.boolean(),
  value: z.string().nullable(),
  reference: z.string().nullable(),
});

const output = z.strictObject({
  left: z.string(),
  right: z.string(),
  service: z.string().nullable(),
  same: z.int().describe("How many keys are the same"),
  items: z.array(
    z.strictObject({
      key: z.string(),
      outcome: z.enum(OUTCOMES).describe("unknown = a secret that cannot be opened here"),
      left: shown.nullable(),
      right: shown.nullable(),
    }),
  ),
});

export const diffValues = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.diff",
    words: null,
    part: "config",
    summary: "Compare the values of two environments; of secrets it says only whether they are the same.",
    examples: ["vice config diff staging prod-eu", "vice config diff staging prod-eu --service api --all"],
    effect: "read",
    positional: ["left", "right"],
    needsStore: asksTheLog,
    input: z.object({
      left: z.string().describe("Name of an environment"),
      right: z.string().describe("Name of another one"),
      project: projectInput,
      all: z.boolean().default(false).describe("Also what is the same"),
      ...whereInput,
    }),
    output,
    list: "items",
    http: { method: "GET", path: "/v1/projects/:project/values-diff" },
    run: async ({ left, right, all, ...asked }, ctx) => {
      const find = subjectWith(checkPipeline);
      const subjects = [left, right].map((environment) => find({ ...asked, environment }, ctx));
      const [a = [], b = []] = await Promise.all(subjects.map((each) => sideOf(each, mayOpen(each, ctx))));
      const [here, there] = subjects;
      const found = differences(a, b);
      const items = all ? found : found.filter(({ outcome }) => outcome !== "same");
      return {
        left: here?.environment?.name ?? left,
        right: there?.environment?.name ?? right,
        service: here?.service ?? null,
        same: found.filter(({ outcome }) => outcome === "same").length,
        items,
      };
    },
    text: ({ left, right, same, items }, style) => {
      const others = `${count(same, "key")} ${same === 1 ? "is" : "are"} the same`;
      if (items.length === 0) return `${left} and ${right} do not differ: ${others}.`;
      const paint = (text: string, { outcome }: Difference): string =>
        outcome === "same"
          ? style.color("dim", text)
          : outcome === "unknown"
            ? style.color("yellow", text)
            : text;
      const rows = table(
        items,
        [
          { title: "key", value: ({ key }) => key, flexible: true, paint },
          { title: left, value: (row) => said(row.left, row), flexible: true },
          { title: right, value: (row) => said(row.right, row), flexible: true },
        ],
        style,
      );
      return `${rows}\n${others}.`;
    },
  });

function said(side: Shown | null, { outcome }: Difference): string {
  if (side === null) return "-";
  if (side.reference === null) return printable(side.value ?? "");
  const how = outcome === "unknown" ? "cannot be compared here" : outcome;
  return `secret (${side.reference}), ${how}`;
}

/** What cannot be opened is compared by where and how it is stored. */
async function sideOf({ project, environment, service, from }: Subject, isOpen: boolean): Promise<Side[]> {
  const { resolved } = layersIn(project, environment, service, from);
  const place = { cwd: from.cwd, env: from.env, environment: environment?.name ?? null };
  return Promise.all(
    resolved.map(async ({ key, secret, value, reference }): Promise<Side> => {
      if (reference === null) return { key, secret, value, reference: null, secretly: null };
      const opened = isOpen ? await from.secrets.open(key, reference, place) : null;
      return { key, secret, value: null, reference: sayReference(reference), secretly: opened?.text ?? null };
    }),
  );
}
