/** A source by its name, or an error that names the nearest one. */
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";
import type { Source } from "../../../ports/source.ts";

/** @throws ViceError `source.unknown` */
export async function findSource(services: Services, name: string): Promise<Source> {
  const source = await services.sources.get(name);
  if (source !== null) return source;
  const known = services.sources.names();
  throw new ViceError("source.unknown", { name, nearest: nearest(name, known), known: known.join(", ") });
}
