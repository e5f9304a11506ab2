/** Remembers which routes there are: for the nearest name, for 405, for the description in OpenAPI. */
import type { FastifyInstance } from "fastify";

export interface RouteTable {
  /** Methods that the routes fitting this path know; empty = no such path. */
  methodsOf(path: string): string[];
  patterns(): string[];
}

/** Must be asked for before the routes are made. */
export function routeTableOf(app: FastifyInstance): RouteTable {
  const methods = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    if (url === "*" || url === "/*") return;
    const known = methods.get(url) ?? new Set<string>();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  return {
    methodsOf: (path) => {
      const fitting = [...methods].filter(([pattern]) => fits(pattern, path));
      return [...new Set(fitting.flatMap(([, known]) => [...known]))].sort();
    },
    patterns: () => [...methods.keys()],
  };
}

/** `/v1/runs/:id` fits `/v1/runs/x`. */
function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length && wanted.every((part, at) => part.startsWith(":") || part === given[at])
  );
}
