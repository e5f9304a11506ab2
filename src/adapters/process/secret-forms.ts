/** The forms in which programs write a secret: as it is, and as usual encodings make it, wherever it stands inside of them. */

/** Shorter ones would take whole words out of every log. */
const SHORTEST = 4;
/** Longer ones are known by their pieces, so that little of what comes has to wait. */
const LONGEST = 1024;

/** All texts that must not be told, none twice; of a secret of many lines each line too. */
export function formsOf(secrets: readonly string[]): string[] {
  const whole = new Set(secrets.flatMap((secret) => [secret, secret.trim()]).filter((text) => text !== ""));
  const all = [...whole].flatMap((text) => [...encoded(text), ...text.split(/\r?\n/)]);
  const forms = all.filter((form) => form.trim().length >= SHORTEST);
  return [...new Set(forms.flatMap(pieces))];
}

/** The last two share what is left: none is so short that it stands anywhere. */
function pieces(form: string): string[] {
  if (form.length <= LONGEST) return [form];
  const from = form.length < 2 * LONGEST ? Math.ceil(form.length / 2) : LONGEST;
  return [form.slice(0, from), ...pieces(form.slice(from))];
}

const encoded = (text: string): string[] => [
  text,
  ...base64(text),
  ...hexadecimal(text),
  ...inAddresses(text),
  ...inJson(text),
  ...inShell(text),
  ...inMarkup(text),
];

/** Lines of `base64` and of `openssl base64`, in bytes of what they encode. */
const LINE_BYTES = [57, 48];

function base64(text: string): string[] {
  const bytes = Buffer.from(text);
  const padded = bytes.toString("base64");
  const lines = LINE_BYTES.filter((length) => bytes.length > length).flatMap((length) =>
    Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
      bytes.subarray(at * length, (at + 1) * length).toString("base64"),
    ),
  );
  const plain = [
    padded,
    padded.replace(/=+$/, ""),
    ...[0, 1, 2].map((before) => insideOf(bytes, before)),
    ...lines,
  ];
  return plain.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

/** With other bytes before and behind it only the characters in the middle are the secret's alone. */
function insideOf(bytes: Buffer, before: number): string {
  const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
  const known = Math.floor((shifted.length * 8) / 6);
  return shifted.toString("base64").slice(Math.ceil((before * 8) / 6), known);
}

function hexadecimal(text: string): string[] {
  const lower = Buffer.from(text).toString("hex");
  return [lower, lower.toUpperCase()];
}

function inAddresses(text: string): string[] {
  const usual = encodeURIComponent(text.toWellFormed());
  const strict = usual.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const asForm = new URLSearchParams({ "": text }).toString().slice(1);
  return [usual, strict, asForm].flatMap((form) => [
    form,
    form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  ]);
}

function inJson(text: string): string[] {
  const usual = JSON.stringify(text).slice(1, -1);
  const ascii = usual.replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const again = JSON.stringify(usual).slice(1, -1);
  return [usual, ascii, usual.replaceAll("/", "\\/"), again];
}

/** As `set -x` and `printf %q` write it. */
const inShell = (text: string): string[] => [
  text.replaceAll("'", "'\\''"),
  text.replaceAll("'", `'"'"'`),
  text.replace(/[^\w@%+=:,./-]/g, "\\$&"),
];

function inMarkup(text: string): string[] {
  const common = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = common.replaceAll('"', "&quot;");
  return [
    common,
    quoted,
    ...["&#39;", "&#x27;", "&apos;"].map((apostrophe) => quoted.replaceAll("'", apostrophe)),
    quoted.replaceAll("&quot;", "&#34;").replaceAll("'", "&#39;"),
  ];
}
