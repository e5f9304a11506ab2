/** How names are compared: services, environments, projects, persons. They are kept as they were sent. */

/** Without case and without blanks around it; "" for no name. */
export const foldName = (name: string | null): string => (name === null ? "" : name.trim().toLowerCase());

/**
 * Which of the known names is meant: the one that is spelled so, else all that differ in case only, as they are spelled.
 * Several, when none is spelled so: then nobody can tell which one is meant.
 */
export function spelledAs(name: string, known: Iterable<string>): string[] {
  const wanted = foldName(name);
  const alike = new Set<string>();
  for (const each of known) if (foldName(each) === wanted) alike.add(each);
  return alike.has(name.trim()) ? [name.trim()] : [...alike];
}
