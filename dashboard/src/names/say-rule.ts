/** A part of a rule in one line: `service group/app, source gitlab`. Pure. */
export function sayParts(part: Record<string, unknown>): string {
  const words = Object.entries(part).flatMap(([key, value]) => {
    if (value === null || value === undefined) return [];
    return [`${key} ${typeof value === "string" ? value : JSON.stringify(value)}`];
  });
  return words.length === 0 ? "anything" : words.join(", ");
}
