/** Port: opens secrets where they are, and closes them for those who may read them. */
import type { SecretReference } from "../domain/values/reference.ts";

/** Where a reference is read from. */
export interface SecretPlace {
  /** The folder of `vice.yaml`: files are named from there. */
  cwd: string;
  /** Variables that `env:NAME` means; those of vice itself are none of them. */
  env: Readonly<Record<string, string | undefined>>;
  /** Whose file of secrets is meant. */
  environment: string | null;
}

/** `problem` says why it cannot be opened, without anything of it. */
export type Opened = { text: string; problem: null } | { text: null; problem: string };

export interface Secrets {
  /** Variables of this process, for `env:NAME` of who asks here. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Never rejects. */
  open(key: string, reference: SecretReference, place: SecretPlace): Promise<Opened>;
  /** Changes when what is stored changes, and needs no key; `null` = nobody can tell without opening it. */
  stamp(key: string, reference: SecretReference, place: SecretPlace): Promise<string | null>;
  /** As armored text that only these may read. @throws ViceError `input.invalid` for what is no recipient */
  seal(text: string, recipients: readonly string[]): Promise<string>;
  unseal(armored: string): Promise<Opened>;
}

/** Where the secrets of an environment stand, each by name, from the folder of `vice.yaml`. */
export const secretsFile = (environment: string): string =>
  `secrets/${environment.replace(/[^\w.-]/g, "_")}.age.yaml`;
