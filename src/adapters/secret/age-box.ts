/** Encrypts and decrypts with age; the library is loaded when it is first needed. */
import { ViceError } from "../../kit/errors.ts";

/** The library knows recipients that Debian's age does not know yet; these are what both know. */
const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

/** @throws ViceError `input.invalid` */
export async function seal(text: string, recipients: readonly string[]): Promise<string> {
  const { Encrypter, armor } = await import("age-encryption");
  const encrypter = new Encrypter();
  for (const recipient of recipients) {
    if (!RECIPIENT.test(recipient)) throw noRecipient(recipient);
    try {
      encrypter.addRecipient(recipient);
    } catch (error) {
      throw noRecipient(recipient, error);
    }
  }
  return armor.encode(await encrypter.encrypt(text));
}

/** @param file armored text, or the bytes of a file. @throws Error when none of the identities fits, or it is damaged */
export async function unseal(file: string | Uint8Array, identities: readonly string[]): Promise<string> {
  const { Decrypter, armor } = await import("age-encryption");
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  const bytes = typeof file === "string" ? armor.decode(file) : file;
  return decrypter.decrypt(bytes, "text");
}

const noRecipient = (recipient: string, cause?: unknown): ViceError =>
  new ViceError(
    "input.invalid",
    {
      message: `"${recipient.slice(0, 80)}" is no public key of age. Nothing was changed.`,
      hint: "One is like age1...; make one: age-keygen -o ~/.local/share/vice/age-key.txt",
    },
    cause,
  );
