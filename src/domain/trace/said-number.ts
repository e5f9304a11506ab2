/** How people write the number of a change or an issue: `#15`, `!15`, `group/app!15`. Pure. */
import { repositoryKey } from "./references.ts";

export interface SaidNumber {
  /** Of the repository, or the end of it. */
  path: string | null;
  /** `!` means a merge request; `#` may be a change or an issue. */
  sign: "#" | "!" | null;
  number: string;
}

const FORM = /^([\w.-]+(?:\/[\w.-]+)*)?([#!])(\d{1,9})$|^(\d{1,9})$/;

export function saidNumber(text: string): SaidNumber | null {
  const [, path, sign, signed, bare] = FORM.exec(text) ?? [];
  const number = signed ?? bare;
  return number === undefined ? null : { path: path ?? null, sign: (sign as "#" | "!") ?? null, number };
}

/** Whether a path that was written means this repository: `shop` and `acme/shop` mean `github.com/acme/shop`. */
export const isHome = (path: string | null, repository: string | null): boolean =>
  path === null || (repository !== null && repositoryKey(repository).endsWith(`/${path.toLowerCase()}`));
