/** Artifact `npm`: a package of a registry, by its integrity. https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */

import { join } from "node:path";
import { z } from "zod";
import { isWholeSha } from "../../domain/commits/sha.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import { askJson, type Downloaded, download, type Headers } from "./download.ts";
import type { ArtifactKindAdapter, KindContext } from "./kind.ts";
import { registryFor, tokenFor } from "./npmrc.ts";
import { moved } from "./tarball.ts";
import { unpack, withoutWrapping } from "./unpack.ts";

const name = z
  .string()
  .regex(
    /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-zA-Z0-9~-][a-zA-Z0-9._~-]*$/,
    "a name of a package, without its version",
  );
const schema = z
  .union([name, z.strictObject({ name, registry: z.url({ protocol: /^https?$/ }).optional() })])
  .transform((given): { name: string; registry: string | null } =>
    typeof given === "string"
      ? { name: given, registry: null }
      : { name: given.name, registry: given.registry ?? null },
  );

/** The few fields that are used; registries differ in the others. */
const packument = z.looseObject({
  "dist-tags": z.record(z.string(), z.string()).default({}),
  versions: z.record(
    z.string(),
    z.looseObject({
      gitHead: z.string().optional().catch(undefined),
      dist: z.looseObject({
        tarball: z.url(),
        integrity: z.string().optional(),
        shasum: z.string().optional(),
      }),
    }),
  ),
});
type Dist = z.output<typeof packument>["versions"][string]["dist"];

export const npmKind: ArtifactKindAdapter<z.output<typeof schema>> = {
  schema,
  resolve: async ({ spec, version }, context) => {
    const { cwd, env, signal } = context;
    const registry = spec.registry ?? registryFor(spec.name, cwd, env);
    const url = new URL(spec.name.replace("/", "%2f"), registry.endsWith("/") ? registry : `${registry}/`)
      .href;
    const parsed = packument.safeParse(await askJson(url, { headers: headersFor(url, env), signal }));
    if (!parsed.success)
      throw new ViceError("outside.unreachable", {
        url,
        problem: "it did not answer as a registry of npm does",
      });
    const { "dist-tags": tags, versions } = parsed.data;
    const asked = version ?? "latest";
    const found = Object.hasOwn(tags, asked) ? (tags[asked] ?? asked) : asked.replace(/^v(?=\d)/, "");
    const one = Object.hasOwn(versions, found) ? versions[found] : undefined;
    if (one === undefined) throw missing(spec.name, asked, [...Object.keys(tags), ...Object.keys(versions)]);
    const { gitHead } = one;
    return {
      ...{ kind: "npm", name: spec.name, version: found, from: one.dist.tarball },
      commitSha: gitHead !== undefined && isWholeSha(gitHead) ? gitHead : null,
      digest: await digestOf(one.dist, context),
    };
  },
  bring: async ({ from, digest }, folder, { env, scratch, signal }) => {
    const file = join(scratch, "package.tgz");
    const { sha512 } = await download(from, file, { headers: headersFor(from, env), signal });
    if (`sha512:${sha512}` !== digest) throw moved(from, digest, `sha512:${sha512}`);
    await unpack(file, folder);
    await withoutWrapping(folder);
  },
};

function headersFor(url: string, env: KindContext["env"]): Headers {
  const token = tokenFor(url, env);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** Packages from before 2017 have only a SHA-1: then the bytes themselves say what they are. */
async function digestOf(dist: Dist, { env, scratch, signal }: KindContext): Promise<string> {
  const base64 = /(?:^|\s)sha512-([A-Za-z0-9+/=]+)/.exec(dist.integrity ?? "")?.[1];
  if (base64 !== undefined) return `sha512:${Buffer.from(base64, "base64").toString("hex")}`;
  const headers = headersFor(dist.tarball, env);
  const got: Downloaded = await download(dist.tarball, join(scratch, "package.tgz"), { headers, signal });
  if (dist.shasum !== undefined && dist.shasum !== got.sha1)
    throw moved(dist.tarball, `sha1:${dist.shasum}`, `sha1:${got.sha1}`);
  return `sha512:${got.sha512}`;
}

const missing = (name: string, asked: string, known: readonly string[]): ViceError =>
  new ViceError("not-found", {
    message: `The package ${name} has no version or tag "${asked}".`,
    nearest: nearest(asked, known),
    hint: `Look: npm view ${name} versions`,
  });
