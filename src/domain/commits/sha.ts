/** What a whole sha of a commit looks like: SHA-1 or SHA-256 in hex, lower case (git docs "hash-function-transition"). */
export const WHOLE_SHA = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

export const isWholeSha = (text: string): boolean => WHOLE_SHA.test(text);
