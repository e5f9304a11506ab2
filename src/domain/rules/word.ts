/** A name as one word of a command line that can be typed as it is told. Pure. */
export const word = (name: string): string =>
  /^[\w./:@%+,-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
