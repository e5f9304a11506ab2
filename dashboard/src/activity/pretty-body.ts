/** A raw body for reading: indented when it is JSON, as it is when it is not. */

/** Longer bodies are cut on the screen; the copy in the store is whole. Characters. */
const SHOWN = 200_000;

export function prettyBody(body: string | null): string {
  if (body === null) return "(the body is past its keeping time)";
  const text = indent(body);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}\n… ${text.length - SHOWN} more characters`;
}

function indent(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
