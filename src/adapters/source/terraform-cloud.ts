/**
 * Source: run notifications of HCP Terraform (Terraform Cloud) and Terraform Enterprise (HashiCorp docs "Notification
 * configurations API reference", "Run notification payload", and "Run states and stages").
 *
 * Key: identityKind `pipeline` with the run's id. A run that applies is a deployment of its workspace, one that only plans
 * is a pipeline. The instance is the host of the run's address.
 */
import { z } from "zod";
import type { Step, Transition } from "../../domain/transition.ts";
import { toIso } from "../../kit/time.ts";
import { defineSource, type Reading } from "../../ports/source.ts";
import { byEvent, ignored, type Readout } from "./by-event.ts";
import { list, loose } from "./loose.ts";
import { actorOf, lookUp, tagsOf, text, webHost, webUrl } from "./shaping.ts";

const schema = z.looseObject({
  payload_version: loose,
  run_id: loose,
  run_url: loose,
  run_message: loose,
  run_created_at: loose,
  run_created_by: loose,
  workspace_id: loose,
  workspace_name: loose,
  organization_name: loose,
  trigger: loose,
  notifications: list({
    message: loose,
    trigger: loose,
    run_status: loose,
    run_updated_at: loose,
    run_updated_by: loose,
  }),
});
type Body = z.infer<typeof schema>;
type Notification = NonNullable<NonNullable<Body["notifications"]>[number]>;

const STEP_OF_STATUS: Readonly<Record<string, Step>> = {
  pending: "queued",
  fetching: "queued",
  fetching_completed: "queued",
  queuing: "queued",
  plan_queued: "queued",
  queuing_apply: "running",
  apply_queued: "running",
  pre_plan_running: "running",
  pre_plan_completed: "running",
  planning: "running",
  planned: "running",
  cost_estimating: "running",
  cost_estimated: "running",
  policy_checking: "running",
  policy_checked: "running",
  policy_override: "running",
  post_plan_running: "running",
  post_plan_completed: "running",
  confirmed: "running",
  pre_apply_running: "running",
  pre_apply_completed: "running",
  applying: "running",
  applied: "succeeded",
  planned_and_finished: "succeeded",
  planned_and_saved: "succeeded",
  errored: "failed",
  policy_soft_failed: "failed",
  discarded: "canceled",
  canceled: "canceled",
  force_canceled: "canceled",
};

/** From here on something is changed. */
const APPLIES = [
  "confirmed",
  "pre_apply_running",
  "pre_apply_completed",
  "apply_queued",
  "queuing_apply",
  "applying",
  "applied",
];

function transitionOf(body: Body, id: string, told: Notification, instance: string | null): Transition {
  const status = text(told.run_status);
  const step = lookUp(STEP_OF_STATUS, status) ?? "observed";
  const url = webUrl(body.run_url);
  return {
    object: {
      identityKind: "pipeline",
      source: "terraform-cloud",
      instance: instance ?? webHost(url) ?? "terraform-cloud",
      externalId: id,
      attempt: 1,
    },
    step,
    at: toIso(told.run_updated_at),
    facts: {
      kind: APPLIES.includes(status ?? "") ? "deployment" : "pipeline",
      service: text(body.workspace_name),
      createdAt: toIso(body.run_created_at),
      actor: actorOf(null, body.run_created_by),
      url,
      error: step === "failed" ? text(told.message) : null,
      tags: tagsOf({
        title: body.run_message,
        "terraform.organization": body.organization_name,
        "terraform.status": status,
        "terraform.workspaceId": body.workspace_id,
      }),
    },
  };
}

function readRun({ body, instance }: Reading): Readout {
  const parsed = schema.safeParse(body);
  const id = text(parsed.data?.run_id);
  if (!parsed.success || id === null) return "run_id";
  const told = (parsed.data.notifications ?? []).flatMap((one): Notification[] => (one ? [one] : []));
  const known = told.filter(({ run_status }) => text(run_status) !== null);
  if (known.length === 0) return "notifications[].run_status";
  return known.map((one) => transitionOf(parsed.data, id, one, instance));
}

/** `run:created`, `verification`; workspace notifications (drift) name theirs at the top. */
function eventOf(body: unknown): string | null {
  const parsed = schema.safeParse(body);
  return text(parsed.data?.notifications?.[0]?.trigger) ?? text(parsed.data?.trigger);
}

export default defineSource({
  name: "terraform-cloud",
  title: "Terraform Cloud",
  schemes: [{ type: "hmac-hex", header: "x-tfe-notification-signature", prefix: "", algorithm: "sha512" }],
  deliveryId: () => null,
  normalise: byEvent({
    name: "terraform-cloud",
    title: "Terraform Cloud",
    field: "notifications[0].trigger",
    eventOf: ({ body }) => eventOf(body),
    readers: { "run:*": readRun, verification: () => ignored("verification: the hook is connected") },
  }),
  setup: [
    "In the workspace open Settings > Notifications and choose Create a notification, Webhook.",
    "Enter the address above as Webhook URL and the secret as Token.",
    "Under Workspace events, Run events choose All events, so that begin and end are told.",
    'Name the place by a rule on the workspace\'s name: match: { service: "*-prod" }, set: { service: "$1", environment: prod }.',
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      payload_version: 1,
      notification_configuration_id: "nc-example",
      run_url: "https://app.terraform.io/app/example-shop/workspaces/shop-prod/runs/run-viceTestExample01",
      run_id: "run-viceTestExample01",
      run_message: "Two more workers",
      run_created_at: "2026-11-20T10:00:00.000Z",
      run_created_by: "robin",
      workspace_id: "ws-example",
      workspace_name: "shop-prod",
      organization_name: "example-shop",
      notifications: [
        {
          message: "Run Applied",
          trigger: "run:completed",
          run_status: "applied",
          run_updated_at: "2026-11-20T10:01:30.000Z",
          run_updated_by: "robin",
        },
      ],
    },
  },
});
