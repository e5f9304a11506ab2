/** What a rule is about, as its service and environment are called now. */
import type { Scope } from "../../../domain/rules/scope.ts";
import { saidNames } from "../../data/index.ts";
import type { RuleContext } from "./rule-context.ts";

/** What was said by a name that stands for another one since, as it is called now. */
export function scopeNow(services: RuleContext["services"], scope: Scope): Scope {
  const names = saidNames(services);
  const service = scope.service === null ? null : soleOf(names.services(scope.service), scope.service);
  const environment =
    scope.environment === null
      ? null
      : soleOf(names.environments(scope.environment, service), scope.environment);
  return { ...scope, service, environment };
}

const soleOf = (stands: readonly string[], name: string): string =>
  stands.length === 1 ? (stands[0] ?? name) : name;
