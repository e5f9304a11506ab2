/** Applies a mapping to a delivery, and notes for each field what was found. */
import type { Facts, ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Normalised, Reading } from "../../../ports/source.ts";
import { tagsOf, text, webHost } from "../shaping.ts";
import { fits, type Scope, textFor, valuesAt } from "./expression.ts";
import { READERS } from "./facts.ts";
import { FACT_FIELDS, type Field, type Mapping } from "./mapping.ts";
import { stepOfWord } from "./words.ts";

const MAX_ITEMS = 1000;

/** What one expression gave. */
export interface FieldReport {
  field: string;
  expression: string;
  value: string | null;
  /** Why the value is not used; `null` = all is well. */
  problem: string | null;
}

export interface ItemReport {
  result: Normalised;
  fields: FieldReport[];
}

/** One report per activity; a delivery that `when` does not want gives one report without fields. */
export function applyMapping(mapping: Mapping, sourceName: string, reading: Reading): ItemReport[] {
  const whole: Scope = { item: reading.body, body: reading.body, headers: reading.headers };
  const unwanted = unwantedReason(mapping, whole);
  if (unwanted !== null) return [{ result: { outcome: "ignored", reason: unwanted }, fields: [] }];
  const items = itemsOf(mapping, whole);
  if (items.length > 0)
    return items.map((item) => applyToItem(mapping, sourceName, reading, { ...whole, item }));
  const each: FieldReport = {
    field: "each",
    expression: mapping.each ?? "$",
    value: null,
    problem: "nothing there",
  };
  return [{ result: { outcome: "unmapped", reason: `each: nothing at ${each.expression}` }, fields: [each] }];
}

function itemsOf({ each }: Mapping, scope: Scope): unknown[] {
  if (each === undefined) return [scope.body];
  const found = valuesAt(each, scope);
  return (found.length === 1 && Array.isArray(found[0]) ? found[0] : found).slice(0, MAX_ITEMS);
}

function unwantedReason({ when }: Mapping, scope: Scope): string | null {
  for (const [path, patterns] of Object.entries(when)) {
    const value = textFor([path], scope);
    if (value === null) return `${path} is missing`;
    if (!patterns.some((pattern) => fits(pattern, value))) return `${path} is "${value.slice(0, 100)}"`;
  }
  return null;
}

/** Reads fields and keeps the minutes. */
function reader(scope: Scope): {
  fields: FieldReport[];
  read: (name: string, field: Field | undefined) => string | null;
} {
  const fields: FieldReport[] = [];
  const read = (name: string, field: Field | undefined): string | null => {
    if (field === undefined) return null;
    const value = textFor(field, scope);
    fields.push({
      field: name,
      expression: field.join(" or "),
      value,
      problem: value === null ? "nothing there" : null,
    });
    return value;
  };
  return { fields, read };
}

type Read = ReturnType<typeof reader>["read"];

function applyToItem(mapping: Mapping, sourceName: string, reading: Reading, scope: Scope): ItemReport {
  const { fields, read } = reader(scope);
  const id = read("id", mapping.id);
  const word = read("status", mapping.status);
  const instance = reading.instance ?? instanceOf(read("instance", mapping.instance)) ?? sourceName;
  const facts = factsOf(mapping, read, fields);
  const unmapped = (reason: string): ItemReport => ({ result: { outcome: "unmapped", reason }, fields });
  if (id === null) return unmapped(`id: nothing at ${mapping.id.join(" or ")}`);
  if (word === null) return unmapped(`status: nothing at ${mapping.status.join(" or ")}`);
  const step = stepOfWord(word, mapping.words);
  if (step === null)
    return unmapped(`status: "${word.slice(0, 100)}" is no known word; add it under \`words\``);
  if (step === "ignore")
    return { result: { outcome: "ignored", reason: `status is "${word.slice(0, 100)}"` }, fields };
  const attempt = attemptOf(read("attempt", mapping.attempt));
  const object: ObjectKey = {
    identityKind: mapping.kind,
    source: sourceName,
    instance,
    externalId: id,
    attempt,
  };
  const transition: Transition = {
    object,
    step,
    at: toIso(read("at", mapping.at)) ?? timeOf(step, facts),
    ...(mapping.reopens ? { reopens: true } : {}),
    facts: { ...withErrorOf(step, facts), kind: mapping.kind, parentId: parentOf(mapping, read, object) },
  };
  return { result: { outcome: "accepted", transitions: [transition] }, fields };
}

/** Many tools send one `message` for good and bad news; only with a bad end is it an error. */
function withErrorOf(step: Step, { error, ...facts }: Facts): Facts {
  return step === "failed" || step === "canceled" ? { ...facts, error: error ?? null } : facts;
}

const instanceOf = (value: string | null): string | null => webHost(value) ?? value;

function attemptOf(value: string | null): number {
  const attempt = Number(value ?? 1);
  return Number.isSafeInteger(attempt) && attempt >= 1 ? attempt : 1;
}

function timeOf(step: Step, { startedAt, finishedAt, createdAt }: Facts): string | null {
  if (step === "observed") return null;
  if (step === "running") return startedAt ?? null;
  return (step === "succeeded" || step === "failed" || step === "canceled" ? finishedAt : createdAt) ?? null;
}

/** Title and short sha come back as tags, so tags are gathered beside the facts. */
function factsOf(mapping: Mapping, read: Read, fields: FieldReport[]): Facts {
  const facts: Facts = {};
  const tags: Record<string, unknown> = {};
  for (const name of FACT_FIELDS) {
    const value = read(name, mapping[name]);
    const said = value === null ? null : READERS[name](value);
    const report = fields.at(-1);
    if (typeof said === "string" && report !== undefined) report.problem = said;
    if (said === null || typeof said === "string") continue;
    Object.assign(facts, said);
    Object.assign(tags, said.tags);
  }
  for (const [name, field] of Object.entries(mapping.tags)) tags[name] = read(`tags.${name}`, field);
  return { ...facts, tags: tagsOf(tags) };
}

function parentOf({ parent }: Mapping, read: Read, object: ObjectKey): string | null {
  if (parent === undefined) return null;
  const id = text(read("parent", parent.id));
  return id === null
    ? null
    : activityId({ ...object, identityKind: parent.kind, externalId: id, attempt: 1 });
}
