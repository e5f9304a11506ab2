/** Whether a version that somebody says could lead a check to another host. */
import { textsIn } from "../../domain/pipeline/template.ts";

const ADDRESSES: ReadonlySet<string> = new Set(["url", "host", "server"]);
const MARK = "\u0000";

/** A place for it stands where the host is, not in the path behind it. */
export function isVersionInHost(checks: unknown): boolean {
  if (typeof checks !== "object" || checks === null) return false;
  return Object.entries(checks).some(([key, value]) =>
    ADDRESSES.has(key) ? textsIn(value).some(isInHost) : isVersionInHost(value),
  );
}

function isInHost(text: string): boolean {
  const marked = text.replace(/\$\{\{\s*version\s*\}\}/g, MARK).replace(/\$\{\{.*?\}\}/gs, "x");
  const [host = ""] = marked
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .split(/[/?#]/);
  return host.includes(MARK);
}
