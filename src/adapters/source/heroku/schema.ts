/** The part of Heroku's webhook deliveries and of its pipeline couplings that vice reads. */
import { z } from "zod";

const loose = z.unknown().nullish();
const optional = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape).nullish().catch(null);

const person = optional({ email: loose });

/** `data` of `api:release` and `api:build` together: what one of them lacks is absent there. */
const data = z.looseObject({
  id: z.string().min(1),
  app: optional({ id: loose, name: loose }),
  slug: optional({ id: loose, commit: loose }),
  release: optional({ id: loose, version: loose }),
  source_blob: optional({ version: loose }),
  user: person,
  stack: loose,
  status: loose,
  version: loose,
  description: loose,
  created_at: loose,
  updated_at: loose,
});

/** Heroku Dev Center "App Webhooks" and "Webhook Events". */
export const deliverySchema = z.looseObject({
  resource: z.string(),
  actor: person,
  created_at: loose,
  published_at: loose,
  data,
});
export type HerokuDelivery = z.infer<typeof deliverySchema>;

/** Enough to know a delivery by, also when `data` is of a resource that vice does not use. */
export const envelopeSchema = z.looseObject({
  resource: z.string(),
  webhook_metadata: optional({ event: optional({ id: loose }), delivery: optional({ id: loose }) }),
  id: loose,
});

/** `GET /apps/{app}/pipeline-couplings` (Platform API reference "Pipeline Coupling"). */
export const couplingSchema = z.looseObject({
  stage: z.string().min(1),
  pipeline: optional({ id: loose, name: loose }),
});
