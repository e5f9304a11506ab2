/** `vice config secret set` and `rotate-recipients`: encrypts secrets in the repository for those who may read them. */
import { z } from "zod";
import type { CheckPipeline } from "../../../domain/project/project.ts";
import { configLayers } from "../../../domain/values/resolve.ts";
import { count } from "../../../kit/count.ts";
import { ViceError } from "../../../kit/errors.ts";
import { configCommand } from "../define-command.ts";
import { layersIn } from "./resolve-values.ts";
import { environmentOf, openSecretsFile } from "./secrets-file.ts";
import { projectInput, type Subject, subjectWith, whereInput } from "./subject.ts";

const MOST_CHARACTERS = 1_000_000;

export const setSecret = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.secret.set",
    words: null,
    part: "config",
    summary:
      "Encrypt a secret into the repository. Its text comes from a file or standard input, never from the line.",
    examples: [
      "vice config secret set DATABASE_URL prod-eu - < url.txt",
      "pass show shop/db | vice config secret set DATABASE_URL prod-eu -",
    ],
    effect: "write",
    positional: ["key", "environment", "from"],
    needsStore: false,
    input: z.object({
      key: z
        .string()
        .trim()
        .regex(/^[\w.-]+$/, "a name has letters, digits, _, - and . only"),
      environment: z.string().describe("Whose secret it is"),
      from: z
        .string()
        .min(1, "the secret is empty")
        .max(MOST_CHARACTERS)
        .meta({ file: "content", description: "A file with its text; - is standard input" }),
      project: projectInput,
      ...whereInput,
    }),
    output: z.strictObject({
      key: z.string(),
      file: z.string(),
      recipients: z.int(),
      declared: z.boolean().describe("Whether vice.yaml takes it from there"),
    }),
    run: async ({ from: text, key, ...asked }, ctx) => {
      const subject = hereOnly(subjectWith(checkPipeline)(asked, ctx));
      const recipients = recipientsOf(subject);
      const file = openSecretsFile(subject.from.cwd, environmentOf(subject.environment));
      // An editor ends the last line; the secret does not.
      const sealed = await ctx.services.secrets.seal(text.replace(/\r?\n$/, ""), recipients);
      file.save(new Map([[key, sealed]]));
      return { key, file: file.name, recipients: recipients.length, declared: namesIn(subject).has(key) };
    },
    text: ({ key, file, recipients, declared }) =>
      [
        `${key} is in ${file}, for ${count(recipients, "recipient")}.`,
        ...(declared ? [] : [`vice.yaml does not ask for it yet. Add: config: { secrets: { ${key}: age } }`]),
      ].join("\n"),
  });

export const rotateRecipients = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.secret.rotate-recipients",
    words: null,
    part: "config",
    summary: "Encrypt the secrets again for the recipients that vice.yaml names now.",
    examples: ["vice config secret rotate-recipients", "vice config secret rotate-recipients prod-eu"],
    effect: "write",
    positional: ["environment"],
    needsStore: false,
    input: z.object({
      environment: z.string().optional().describe("Default: all"),
      project: projectInput,
      ...whereInput,
    }),
    output: z.strictObject({
      items: z.array(
        z.strictObject({ environment: z.string(), file: z.string(), secrets: z.int(), recipients: z.int() }),
      ),
    }),
    list: "items",
    run: async ({ environment, ...asked }, ctx) => {
      const find = subjectWith(checkPipeline);
      const { project } = find({ ...asked, anyEnvironment: true }, ctx);
      const names = environment === undefined ? project.environments.map(({ name }) => name) : [environment];
      const all = names.map((name) => {
        const subject = hereOnly(find({ ...asked, environment: name }, ctx));
        return { subject, file: openSecretsFile(subject.from.cwd, environmentOf(subject.environment)) };
      });
      const found = all.filter(({ file }) => file.entries.size > 0);
      // All are opened before any is written: nothing is left between two sets of recipients.
      const fresh = await Promise.all(
        found.map(async ({ subject, file }) => {
          const recipients = recipientsOf(subject);
          const sealed = await Promise.all(
            [...file.entries].map(async ([key, armored]) => {
              const { text, problem } = await ctx.services.secrets.unseal(armored);
              if (text === null) throw notOpened(file.name, key, problem);
              return [key, await ctx.services.secrets.seal(text, recipients)] as const;
            }),
          );
          return { subject, file, recipients, sealed };
        }),
      );
      for (const { file, sealed } of fresh) file.save(new Map(sealed));
      return {
        items: fresh.map(({ subject, file, recipients, sealed }) => ({
          environment: subject.environment?.name ?? "",
          ...{ file: file.name, secrets: sealed.length, recipients: recipients.length },
        })),
      };
    },
    text: ({ items }) =>
      items.length === 0
        ? "There are no encrypted secrets."
        : [
            ...items.map(
              ({ file, secrets, recipients }) =>
                `${file}: ${count(secrets, "secret")} for ${count(recipients, "recipient")}.`,
            ),
            "Whoever could read the former ones still can, in the history: change the secrets themselves when somebody left.",
          ].join("\n"),
  });

const notOpened = (file: string, key: string, problem: string): ViceError =>
  new ViceError("data.invalid", {
    message: `${key} in ${file} cannot be opened: ${problem}. Nothing was changed.`,
    hint: "Use the key of a recipient: VICE_AGE_KEY_FILE=path vice config secret rotate-recipients",
  });

/** Files of a repository are changed by who has it. */
function hereOnly(subject: Subject): Subject {
  if (subject.isHere) return subject;
  throw new ViceError("input.invalid", {
    message: "Encrypted secrets stand in the repository, and are changed only there. Nothing was changed.",
    hint: "Go to the folder of the project.",
  });
}

/** @throws ViceError `input.invalid` */
function recipientsOf(subject: Subject): readonly string[] {
  const said = configLayers({ ...subject, service: null }).flatMap(({ config }) =>
    config.recipients === undefined ? [] : [config.recipients],
  );
  const recipients = said.at(-1) ?? [];
  if (recipients.length > 0) return recipients;
  throw new ViceError("input.invalid", {
    message: "vice.yaml names nobody who may read secrets. Nothing was changed.",
    hint: "Name public keys of age: config: { recipients: [age1...] }; make one: age-keygen -o ~/.local/share/vice/age-key.txt",
  });
}

/** What the project takes from the file, for whichever of its services. */
export function namesIn({ project, environment, from }: Subject): Set<string> {
  const services = [null, ...Object.keys(project.services)];
  const all = services.flatMap((service) => layersIn(project, environment, service, from).resolved);
  return new Set(
    all.flatMap(({ key, reference }) => (reference?.kind === "age" ? [reference.name ?? key] : [])),
  );
}
