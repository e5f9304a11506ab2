/** Whether a value looks like a secret that stands in the open: by its name, or by what tokens and keys look like. Pure. */
import { isSecretName } from "../project/hide-secrets.ts";

/** Tokens by their vendors' documented prefixes, JSON Web Tokens, private keys, addresses with a password. */
const SHAPES =
  /\bgh[pousr]_\w{16,}|\bgithub_pat_\w{16,}|\bglpat-[\w-]{16,}|\bxox[abeoprs]-[\w-]{8,}|\bAKIA[0-9A-Z]{12,}|\bnpm_\w{16,}|\bsk[-_][\w-]{16,}|\bey[\w-]{8,}\.[\w-]{8,}\.|-----BEGIN [A-Z ]*PRIVATE KEY|\bAGE-SECRET-KEY-1|:\/\/[^\s/:@]+:[^\s/@$]+@/;

export function looksSecret(key: string, text: string): boolean {
  if (text === "" || /^(true|false|\d+)$/.test(text)) return false;
  return SHAPES.test(text) || isSecretName(key);
}
