/** How names are compared: services, environments, projects, persons. They are kept as they were sent. */

/** Without case and without blanks around it; "" for no name. */
export const foldName = (name: string | null): string => (name === null ? "" : name.trim().toLowerCase());
