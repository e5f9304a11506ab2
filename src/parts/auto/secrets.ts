/** Secrets of steps: variables of vice's own environment, by name, read when the step begins and never written down. */

export type Secrets = (names: readonly string[]) => {
  values: Record<string, string>;
  /** The first that is not set. */
  missing: string | null;
};

/** What vice itself works with is not for steps. */
const OWN = /^VICE_/;

export const secretsFrom =
  (env: Readonly<Record<string, string | undefined>>): Secrets =>
  (names) => {
    const found = names.map((name) => [name, OWN.test(name) ? undefined : env[name]] as const);
    const values = found.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
    const missing = found.find(([, value]) => value === undefined)?.[0] ?? null;
    return { values: Object.fromEntries(values), missing };
  };
