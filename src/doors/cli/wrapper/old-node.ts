/** Whether a Node is too old for all but the wrapper. */

export const NEEDED = 24;

export const isOld = (version: string): boolean => Number.parseInt(version, 10) < NEEDED;
