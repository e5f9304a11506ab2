/** JSON as the terminal door prints it: no byte of it is a command to a terminal, and it says the same. */

/** `JSON.stringify` escapes the controls below U+0020, but a terminal obeys U+007F to U+009F too (ECMA-48, C1). */
const LATE_CONTROL = /[\u007f-\u009f]/g;

export const jsonText = (value: unknown, indent = 0): string =>
  (JSON.stringify(value, null, indent) ?? "null").replace(
    LATE_CONTROL,
    (control) => `\\u00${control.charCodeAt(0).toString(16)}`,
  );

/** For text that keeps its lines and tabs (CSV) and is about to be read on a screen. */
export const harmlessLines = (text: string): string =>
  text.replace(/\p{Cc}/gu, (control) => (/[\r\n\t]/.test(control) ? control : "\ufffd"));

/** Text with our own colours (SGR: ECMA-48, 8.3.117) on its way to a screen: whatever else is a command to it is none. */
export const harmlessText = (text: string): string =>
  text.replace(/\p{Cc}(\[\d{1,2}m)?/gu, (found, color = "") => {
    const [control] = found;
    if (control === "\n" || control === "\t" || (control === "\u001b" && color !== "")) return found;
    return `\ufffd${color}`;
  });
