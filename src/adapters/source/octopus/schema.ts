/** The part of an Octopus subscription delivery that vice reads. */
import { z } from "zod";

const loose = z.unknown().nullish();

const reference = z.looseObject({
  ReferencedDocumentId: z.string(),
  StartIndex: z.number().int().nonnegative(),
  Length: z.number().int().positive(),
});

const eventSchema = z.looseObject({
  Id: loose,
  Category: z.string(),
  Occurred: loose,
  Message: z.string().nullish().catch(null),
  MessageReferences: z.array(reference.nullable().catch(null)).nullish().catch(null),
  RelatedDocumentIds: z.array(z.unknown()).nullish().catch(null),
  Comments: loose,
  Details: loose,
  SpaceId: loose,
  Username: loose,
});
export type OctopusEvent = z.infer<typeof eventSchema>;

/** One event by delivery, and the digest of older servers (docs "Subscriptions", [3.9, 3.12): up to 100 in `Events`). */
export const deliverySchema = z.looseObject({
  Payload: z.looseObject({
    ServerUri: loose,
    BatchId: loose,
    Event: eventSchema.nullish().catch(null),
    Events: z.array(eventSchema.nullable().catch(null)).nullish().catch(null),
  }),
});
export type OctopusDelivery = z.infer<typeof deliverySchema>;
