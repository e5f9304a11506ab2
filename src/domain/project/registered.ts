/** What a registered project asks, read once when it is registered: whoever judges by it needs no schema. Pure. */
import type { Registered } from "../rules/policy.ts";
import { type Project, policyOf, projectFrom } from "./project.ts";

/** @param config as an event of the log holds it */
export function registeredAs(name: string, config: unknown): Registered {
  const project = readable(config);
  if (project === null) return { project: name, policy: null, services: namesIn(config) };
  const policy = policyOf(project);
  return { project: name, policy, services: policy.services };
}

/** What cannot be read stops what it is about: an event that was left out for it would stop nothing. */
function readable(config: unknown): Project | null {
  try {
    return projectFrom(config);
  } catch {
    return null;
  }
}

/** Services are keys in each form that a project file has had. */
function namesIn(config: unknown): string[] | null {
  const services: unknown = Object(config)["services"];
  if (typeof services !== "object" || services === null || Array.isArray(services)) return null;
  return Object.keys(services);
}
