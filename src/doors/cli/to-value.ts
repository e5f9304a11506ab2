/** Turns the text of a flag into the type that its field has. */
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { Field } from "./fields.ts";

/**
 * @param texts all that was given, in order; the last one counts where only one can
 * @param name how the field was written, for the error
 * @throws ViceError `usage`
 */
export function toValue(field: Field, texts: readonly string[], name: string): unknown {
  const last = texts.at(-1) ?? "";
  if (field.type === "list") return texts.map((text) => checkChoice(field, text, name));
  if (field.type === "record") return Object.fromEntries(texts.map((text) => toEntry(text, name)));
  if (field.type === "number") return toNumber(last, name);
  if (field.type === "switch") return toSwitch(last, name);
  if (field.type === "json") return toJson(last);
  return checkChoice(field, last, name);
}

/** Names are compared without case, as everywhere in vice. */
function checkChoice({ choices }: Field, text: string, name: string): string {
  if (choices.length === 0) return text;
  const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const meant = nearest(text, choices);
  const hint = `${meant === null ? "" : `Did you mean "${meant}"? `}Possible: ${choices.join(", ")}.`;
  throw new ViceError("usage", { message: `${name} cannot be "${text}".`, hint });
}

function toNumber(text: string, name: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new ViceError("usage", {
    message: `${name} must be a number, not "${text}".`,
    hint: `Write: ${name} 50`,
  });
}

function toSwitch(text: string, name: string): boolean {
  if (/^(true|yes|on|1)$/i.test(text)) return true;
  if (/^(false|no|off|0)$/i.test(text)) return false;
  throw new ViceError("usage", {
    message: `${name} must be true or false, not "${text}".`,
    hint: `Write: ${name} true`,
  });
}

/** The first `=` splits, so a value may hold more of them; `:=` stands before JSON. */
function toEntry(text: string, name: string): [string, unknown] {
  const at = text.indexOf("=");
  if (at > 1 && text[at - 1] === ":") return [text.slice(0, at - 1), jsonOf(text.slice(at + 1), name)];
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new ViceError("usage", {
    message: `${name} must be key=value, not "${text}".`,
    hint: `Write: ${name} key=value`,
  });
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ViceError("usage", {
      message: `${name} has no JSON behind ":=", but "${text}".`,
      hint: `Write: ${name} key=text, or key:=5, key:=true, key:=null`,
    });
  }
}

/** What is no JSON is text: the schema says whether that will do. */
function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
