/** The commands of the mock: enough effect to see a form work. */
import { idOf } from "./deployments.ts";
import type { World } from "./routes.ts";
import { RULE_COMMANDS } from "./rules.ts";

type Input = Record<string, unknown>;

const COMMANDS: Record<string, (world: World, input: Input) => unknown> = {
  "source.connect": (_, { source, instance }) => ({
    url: `http://127.0.0.1:4400/hooks/${source}${instance === undefined ? "" : `/${instance}`}`,
    secret: "example-only-secret-0001",
    instance: instance ?? "default",
  }),
  "source.test": (world, { source, instance }) => {
    const item = world.sources.items[0];
    const at = new Date().toISOString();
    const known = world.sources.items.find((one) => one.source === source && one.instance === instance);
    if (known !== undefined) known.lastDeliveryAt = at;
    else if (item !== undefined) {
      world.sources.items.push({
        ...item,
        source: String(source),
        instance: String(instance),
        lastDeliveryAt: at,
        backfill: null,
      });
    }
    const outcome = world.tests.size === 0 ? "accepted" : "duplicate";
    world.tests.add(idOf(0));
    return { delivery: "0193aaaa-0000-7000-8000-0000000000fe", outcome, activities: [idOf(0)] };
  },
  "service.alias": (world, { name, service }) => {
    world.names.unmatched = world.names.unmatched.filter((one) => one.name !== name);
    world.names.rules.push({
      id: `r${world.names.rules.length + 1}`,
      origin: "page",
      match: { service: name },
      set: { service },
    });
    return {};
  },
  "names.remove": (world, { id }) => {
    world.names.rules = world.names.rules.filter((rule) => rule.id !== id);
    return {};
  },
  "token.create": () => ({ id: "t9", token: "vice_example_only_0001" }),
};

export function runCommand(world: World, id: string, input: unknown): unknown {
  const fields = typeof input === "object" && input !== null ? Object.fromEntries(Object.entries(input)) : {};
  const result = COMMANDS[id]?.(world, fields) ?? RULE_COMMANDS[id]?.(world.rules, fields);
  return { result: result ?? {} };
}
