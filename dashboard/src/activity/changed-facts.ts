/** Which facts a correction changes: only those are sent. Pure. */

export interface Editable {
  service: string;
  environment: string;
  version: string;
  commitSha: string;
  status: string;
}

/** Emptied facts are not sent: a correction says what is right. */
export function changedFacts(before: Editable, after: Editable): Partial<Editable> {
  const changed: Partial<Editable> = {};
  for (const key of ["service", "environment", "version", "commitSha", "status"] as const) {
    const value = after[key].trim();
    if (value !== "" && value !== before[key]) changed[key] = value;
  }
  return changed;
}
