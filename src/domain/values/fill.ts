/** Fills values and secrets into a template; strict: what is not there, or not meant there, is a problem with its line. Pure. */

const HOLE = /\$\{\{(.*?)\}\}/gs;
const NAME = /^(values|secrets)\.(\S+)$/;

export interface Filled {
  text: string;
  problems: ReadonlyArray<{ line: number; problem: string }>;
  /** A secret stands in it now: it is for its owner alone. */
  hasSecret: boolean;
}

export interface Filling {
  values: Readonly<Record<string, string>>;
  /** Names of those that are secrets. */
  secrets: ReadonlySet<string>;
  nearest: (word: string, known: readonly string[]) => string | null;
}

export function fillTemplate(template: string, { values, secrets, nearest }: Filling): Filled {
  const problems: Array<{ line: number; problem: string }> = [];
  let hasSecret = false;
  const text = template.replace(HOLE, (whole, inner: string, offset: number) => {
    const wrong = (problem: string): string => {
      problems.push({ line: template.slice(0, offset).split("\n").length, problem });
      return whole;
    };
    const name = inner.trim();
    const [, section, key = ""] = NAME.exec(name) ?? [];
    if (section === undefined) return wrong(`"${name}" is not known; write values.NAME or secrets.NAME`);
    const isSecret = secrets.has(key);
    if (!isSecret && (!Object.hasOwn(values, key) || section === "secrets")) {
      const known = Object.keys(values).filter((each) => secrets.has(each) === (section === "secrets"));
      const meant = nearest(key, known);
      if (Object.hasOwn(values, key)) return wrong(`${key} is no secret; write values.${key}`);
      return wrong(`there is no ${name}${meant === null ? "" : `; did you mean ${section}.${meant}?`}`);
    }
    if (isSecret && section === "values") return wrong(`${key} is a secret; write secrets.${key}`);
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined) return wrong(`${key} cannot be opened`);
    hasSecret ||= isSecret;
    return value;
  });
  return { text, problems, hasSecret };
}
