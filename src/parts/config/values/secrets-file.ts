/** The file with the secrets of an environment: names in the clear, each text encrypted, and comments stay. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Document, isMap, isScalar, parseDocument } from "yaml";
import { ViceError } from "../../../kit/errors.ts";
import { fileInvalid, YAML_OPTIONS } from "../../../kit/yaml-problems.ts";
import { secretsFile } from "../../../ports/secrets.ts";
import { PUBLIC, writeWhole } from "./write-whole.ts";

const HEAD = ` Secrets, each encrypted with age for the recipients that vice.yaml names.
 Change one: vice config secret set NAME ENVIRONMENT -`;

export interface SecretsFile {
  /** From the folder of `vice.yaml`. */
  name: string;
  exists: boolean;
  entries: ReadonlyMap<string, string>;
  /** @throws ViceError `data.invalid` */
  save: (changes: ReadonlyMap<string, string>) => void;
}

/** @throws ViceError `project.invalid` */
export function openSecretsFile(cwd: string, environment: string): SecretsFile {
  const name = secretsFile(environment);
  const path = join(cwd, name);
  const exists = existsSync(path);
  const text = exists ? readFileSync(path, "utf8") : "";
  const document = exists ? parseDocument(text, YAML_OPTIONS) : fresh();
  const { contents } = document;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  if (document.errors.length > 0 || !(isMap(contents) || isEmpty))
    throw fileInvalid("project.invalid", { name, text: null }, [
      { path: [], problem: "it is not as vice writes it: names with encrypted texts" },
    ]);
  const read: unknown = document.toJS();
  const entries = Object.entries(Object(read)).flatMap(([key, value]) =>
    typeof value === "string" ? [[key, value] as const] : [],
  );
  return {
    name,
    exists,
    entries: new Map(entries),
    save: (changes) => {
      for (const [key, value] of changes) {
        const node = document.createNode(value);
        if (isScalar(node)) node.type = "BLOCK_LITERAL";
        document.set(key, node);
      }
      writeWhole(path, document.toString({ lineWidth: 0 }), PUBLIC);
    },
  };
}

function fresh(): Document {
  const document = new Document({});
  document.commentBefore = HEAD;
  return document;
}

/** @throws ViceError `usage`: secrets of age are those of an environment */
export function environmentOf(environment: { name: string } | null): string {
  if (environment !== null) return environment.name;
  throw new ViceError("usage", {
    message: "Encrypted secrets belong to an environment, and vice.yaml names none.",
    hint: "Name them in the order of promotion: environments: [staging, production]",
  });
}
