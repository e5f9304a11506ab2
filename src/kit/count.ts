/** Counts things in words: `1 file`, `2 files`, `0 entries`. */

/** @param many the plural when it is not made with an `s` */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
