/** Schemas of payloads that are read in part: one odd field never drops the rest. */
import { z } from "zod";

/** Anything, or nothing; whoever reads it shapes it. */
export const loose = z.unknown().nullish();

/** An object with these keys, or nothing where something else stands. */
export const part = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape).nullish().catch(null);

/** A list of such objects; an odd member is `null`. */
export const list = <T extends z.ZodRawShape>(shape: T) => z.array(part(shape)).nullish().catch(null);
