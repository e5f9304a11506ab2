/** Keeps of an execution what is read: contexts, outputs and triggers hold whole configurations, and parameters secrets. */
import { isSecretName } from "../parameters.ts";

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const pick = (value: Json, keys: readonly string[]): Json =>
  Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key)));

const STAGE = ["id", "type", "name", "refId", "status", "startTime", "endTime"];
const EXECUTION = [
  "id",
  "type",
  "name",
  "application",
  "status",
  "buildTime",
  "startTime",
  "endTime",
  "canceled",
  "pipelineConfigId",
];
const TRIGGER = ["type", "user", "tag", "hash", "branch", "source", "buildInfo"];
const CONTEXT = ["account", "credentials", "deploy.account.name", "failureMessage"];

function triggerOf(trigger: Json): Json {
  const { parameters } = trigger;
  const open = isObject(parameters) ? Object.entries(parameters).filter(([name]) => !isSecretName(name)) : [];
  return { ...pick(trigger, TRIGGER), parameters: Object.fromEntries(open) };
}

function executionOf(execution: Json): Json {
  const { trigger, stages, authentication } = execution;
  return {
    ...pick(execution, EXECUTION),
    ...(isObject(trigger) ? { trigger: triggerOf(trigger) } : {}),
    ...(isObject(authentication) ? { authentication: pick(authentication, ["user"]) } : {}),
    ...(Array.isArray(stages) ? { stages: stages.filter(isObject).map((stage) => pick(stage, STAGE)) } : {}),
  };
}

function contextOf(context: Json): Json {
  const { clusters } = context;
  const places = Array.isArray(clusters)
    ? clusters.filter(isObject).map((one) => pick(one, ["account"]))
    : null;
  return { ...pick(context, CONTEXT), ...(places === null ? {} : { clusters: places }) };
}

/** @returns the same object for anything that is no event of an execution */
export function redact(body: unknown): unknown {
  if (!isObject(body) || !isObject(body["content"])) return body;
  const { content } = body;
  const { execution, context } = content;
  if (!isObject(execution) && !isObject(context)) return body;
  return {
    ...body,
    content: {
      ...content,
      ...(isObject(execution) ? { execution: executionOf(execution) } : {}),
      ...(isObject(context) ? { context: contextOf(context) } : {}),
    },
  };
}
