/** Tells damage from a bug: rows that make no sense are damage when SQLite finds a fault in the file. */
import { statSync } from "node:fs";
import { ViceError } from "../../../kit/errors.ts";
import type { Connection } from "./connection.ts";

/** Checking reads the whole file; a larger one is left to `vice audit verify` and `vice doctor`. */
const CHECKED_BYTES = 1024 ** 3;
/** What JavaScript throws over values that the schema forbids: a null for a hash, a text that is not JSON, a time that is none. */
const PUZZLED = [TypeError, SyntaxError, RangeError];

/** @returns `store.damaged` when the file has a fault, else the error as it was */
export function explained(db: Connection, error: unknown): unknown {
  if (error instanceof ViceError || !PUZZLED.some((kind) => error instanceof kind)) return error;
  const problem = faultOf(db);
  return problem === null ? error : new ViceError("store.damaged", { file: db.file, problem }, error);
}

function faultOf(db: Connection): string | null {
  try {
    if (!db.db.isOpen || statSync(db.file).size > CHECKED_BYTES) return null;
    const found = db.get("PRAGMA quick_check(1)")?.["quick_check"];
    return found === "ok" || typeof found !== "string" ? null : (found.split("\n").at(-1) ?? found);
  } catch (error) {
    return error instanceof ViceError && error.code === "store.damaged" ? "it cannot be checked" : null;
  }
}

/** The same object; what its methods throw is explained. */
export function explaining<T extends object>(db: Connection, facet: T): T {
  const fail = (error: unknown): never => {
    throw explained(db, error);
  };
  return new Proxy(facet, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        try {
          const result: unknown = Reflect.apply(value, target, args);
          return result instanceof Promise ? result.catch(fail) : result;
        } catch (error) {
          return fail(error);
        }
      };
    },
  });
}
